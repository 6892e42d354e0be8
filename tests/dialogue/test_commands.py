"""The commands: `menu certify` and `dialogue`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ivr.cli import cli
from ivr.dialogue import load_menu
from ivr.dialogue.prompts import SHARED
from tests.dialogue.mutation import mutated


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, list(words))


def test_certify_prints_a_time_line_and_exits_with_0():
    result = run("menu", "certify")
    assert result.exit_code == 0
    assert result.output.startswith("CERTIFIED\n")
    assert "silence → menu.fallback" in result.output
    assert "← place in the line" in result.output


def test_certify_prints_json():
    result = run("menu", "certify", "--json", "--prompts", str(SHARED))
    out = json.loads(result.output)
    assert result.exit_code == 0
    assert out["certified"] is True
    assert out["worst"]["seconds"] <= 80
    assert out["problems"] == []


def test_a_refusal_names_the_path_and_exits_with_1(tmp_path: Path):
    file = mutated(tmp_path, ("9: {again: [.again, .slowly, handover.0]}", "9: .again"))
    result = run("menu", "certify", "--menu", str(file))
    assert result.exit_code == 1
    assert result.output.startswith("NOT CERTIFIED\n")
    assert "path: welcome.elder → elder.menu.again → elder.menu.again" in result.output
    out = json.loads(run("menu", "certify", "--menu", str(file), "--json").output)
    assert out["certified"] is False
    assert {"kind", "node", "path", "message"} <= set(out["problems"][0])


@pytest.mark.parametrize("content", ["nodes: [", "", "- a\n- b\n", None])
def test_a_file_that_is_no_menu_is_a_refusal_and_not_a_usage_error(tmp_path: Path, content):
    file = tmp_path / "menu.yaml"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    result = run("menu", "certify", "--menu", str(file), "--json")
    assert result.exit_code == 1
    out = json.loads(result.output)
    assert out["certified"] is False
    assert "menu.yaml, line" in out["problems"][0]["message"]


def test_wrong_usage_exits_with_2():
    assert run("menu", "certify", "--no-such").exit_code == 2
    assert run("dialogue", "--format", "poem").exit_code == 2


def test_the_diagram_shows_every_node_and_is_closed():
    out = run("dialogue").output
    assert "flowchart LR" in out
    for node in load_menu().nodes:
        assert f'n_{node.replace(".", "_")}["{node}' in out
    assert 'n_menu_fallback["menu.fallback<br/>says elder.menu.fallback' in out
    assert out.count("subgraph") == out.count("\n  end")


def test_the_diagram_comes_for_graphviz_too():
    out = run("dialogue", "--format", "dot").output
    assert "digraph dialogue {" in out
    assert out.count("{") == out.count("}")
    assert 'n_welcome_elder -> n_handover_2 [label="2"];' in out


def test_the_table_has_a_row_for_every_event_with_target_and_effects():
    lines = run("dialogue", "--format", "table").output.splitlines()
    head = lines[0].split("\t")
    rows = [dict(zip(head, line.split("\t"), strict=True)) for line in lines[1:]]
    menu = load_menu()
    for node in menu.nodes.values():
        events = {row["event"] for row in rows if row["node"] == node.name}
        assert events == set(node.events)
    four = next(r for r in rows if (r["node"], r["event"]) == ("welcome.elder", "4"))
    assert four["target"] == "handover.4"
    assert four["effects"] == "enter line: complaint, file complaint"
