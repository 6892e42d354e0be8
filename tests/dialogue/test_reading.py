"""Menu files: whatever is not understood is refused with its line and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.dialogue import DialogueFileRefused, load_menu
from tests.dialogue.mutation import mutated

# The kind of fault, what is changed, how the line with the fault begins, what is said of it.
FAULTS = [
    ("unknown prompt", ("[elder.menu.noinput1]", "[elder.menu.noinput9]"), "say:", "add the"),
    ("unknown target", ("1: handover.1", "1: handover.7"), "1:", "handover.7: no node"),
    ("unknown target", ("      1: elder.menu", "      1: menu"), "1:", "abstract"),
    ("unknown target", (".noinput, menu.fall", ".noimput, menu.fall"), "silence:", ".noimput"),
    ("unknown key", ("wait: timeout_dtmf_first", "wiat: 10"), "wiat", "Use one of"),
    ("unknown key", ("topics:", "topicks:"), "topicks", "an unknown topicks"),
    ("unknown key", ("speech_failed: same", "speech_fails: same"), "speech_fails", "unknown"),
    ("unknown key", ("{keep_remark: said}", "{keep_remarks: 1}"), "survey.remark:", "Use one"),
    ("unknown key", ("{failure: [.noinput", "{failures: [.noinput"), "silence:", "failures"),
    ("duplicate", ("  gone:\n", "  end:\n"), "end:", "end is there twice"),
    ("unknown event", ("{as: silence}]}", "{as: quiet}]}"), '"#"', "no event quiet"),
    ("unknown condition", ("if: urgent,", "if: pressing,"), "- {if", "no condition pressing"),
    ("unknown node", ("{like: elder.menu}", "{like: alder.menu}"), "elder.menu.again", "no node"),
    ("unknown node", ("like: anywhere\n    wait", "like: elder.menu\n    wait"), "like:", "itself"),
    ("bad value", ("wait: timeout_after_noinput", "wait: soon"), "wait:", "from 0 to 60"),
    ("bad value", ("pace: slow}", "pace: slowly}"), "elder.menu.slowly", "Use normal, slow"),
    ("bad value", ("music: true", "music: yes"), "line.next", "true or false"),
    ("bad value", ("{record_survey: 3}", "{record_survey: 4}"), "does:", "4 is unknown"),
    ("bad value", ("place: line", "place: queue"), "place:", "Use before, line"),
    ("bad value", ("by: 15}", "by: 9}"), "- {booked", "later hour"),
    ("missing", ("go_on_s: 1\n", "\n"), "least_music_s", "settings lack go_on_s"),
    ("missing", ("  human: 找人\n", "\n"), "policy:", "topics lack human"),
    ("circle", ("{failure: [.invalid, menu.fallback]}", "{as: wrong}"), "wrong:", "lead on"),
    ("menu file", ("settings:\n", "settings: [\n"), "", "no YAML"),
]


@pytest.mark.parametrize(("kind", "change", "line", "says"), FAULTS)
def test_a_fault_is_refused_with_its_line_and_a_remedy(
    kind: str, change: tuple[str, str], line: str, says: str, tmp_path: Path
):
    file = mutated(tmp_path, change)
    with pytest.raises(DialogueFileRefused) as refused:
        load_menu(file)
    fault = next(fault for fault in refused.value.faults if fault.kind == kind)
    assert fault.where.file == "menu.yaml"
    assert says in str(fault)
    assert fault.remedy
    written = file.read_text(encoding="utf-8").splitlines()[fault.where.line - 1]
    assert written.strip().startswith(line)


def test_all_faults_of_a_file_are_named_at_once(tmp_path: Path):
    file = mutated(tmp_path, ("1: handover.1", "1: handover.7"), ("say: [bye]", "say: [buy]"))
    with pytest.raises(DialogueFileRefused) as refused:
        load_menu(file)
    assert {fault.kind for fault in refused.value.faults} == {"unknown target", "unknown prompt"}
    lines = [fault.where.line for fault in refused.value.faults]
    assert lines == sorted(lines)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path):
    with pytest.raises(DialogueFileRefused, match="cannot be read"):
        load_menu(tmp_path / "nowhere.yaml")
    empty = tmp_path / "empty.yaml"
    empty.write_text("", encoding="utf-8")
    with pytest.raises(DialogueFileRefused, match="empty"):
        load_menu(empty)


def test_the_packaged_menu_is_read_once():
    assert load_menu() is load_menu()
