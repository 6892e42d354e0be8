"""The check of documents is worth something only if it finds what is wrong."""

from __future__ import annotations

import pytest

from tests.telephony.twiml_grammar import faults, grammar

SAY = '<Say voice="Polly.Zhiyu" language="cmn-CN"><prosody rate="80%">您好</prosody></Say>'
GATHER = (
    '<Gather action="https://h.example.com/a" actionOnEmptyResult="true" input="dtmf speech"'
    ' language="cmn-Hans-CN" method="POST" numDigits="1" speechTimeout="2" timeout="5">'
    f"{SAY}</Gather>"
)
ROOM = (
    '<Dial action="https://h.example.com/b" method="POST"><Conference beep="false"'
    ' endConferenceOnExit="true" participantLabel="caller" startConferenceOnEnter="false"'
    ' statusCallback="https://h.example.com/c" statusCallbackEvent="start end"'
    ' waitUrl="">r-1</Conference></Dial>'
)
GO_ON = '<Redirect method="POST">https://h.example.com/d</Redirect>'


def document(*verbs: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><Response>{"".join(verbs)}</Response>'


GOOD = (
    document(),
    document(SAY, GO_ON),
    document(GATHER, GO_ON),
    document(ROOM),
    document(SAY, '<Pause length="1"/>', "<Hangup/>"),
)


def test_the_library_names_its_elements() -> None:
    known = grammar()
    assert len(known) > 50
    assert {"Say", "Play", "Gather", "Dial", "Redirect", "Hangup"} <= known["Response"].children
    assert known["Gather"].children == {"Say", "Play", "Pause"}
    assert "actionOnEmptyResult" in known["Gather"].attributes
    assert {"prosody", "break"} <= known["Say"].children
    assert "endConferenceOnExit" in known["Conference"].attributes
    assert known["Pause"].children == frozenset()


@pytest.mark.parametrize("good", GOOD)
def test_good_documents_pass(good: str) -> None:
    assert faults(good, base="https://h.example.com") == []


@pytest.mark.parametrize(
    ("was", "planted"),
    [
        ("<Response>", "<Response><Shout/>"),
        ("<Say ", "<say "),
        ('voice="Polly.Zhiyu"', 'voice="Google.cmn-CN-Standard-A"'),
        ('voice="Polly.Zhiyu"', 'voice="alice"'),
        ('language="cmn-CN"', 'language="cmn-Hans-CN"'),
        ('language="cmn-Hans-CN"', 'language="zh-CN"'),
        ('language="cmn-Hans-CN"', 'language="cmn-CN"'),
        ('actionOnEmptyResult="true"', 'actionOnEmptyResult="True"'),
        ('actionOnEmptyResult="true"', ""),
        ('input="dtmf speech"', 'input="dtmf"'),
        ('input="dtmf speech"', 'input="keys"'),
        ('numDigits="1"', 'num_digits="1"'),
        ('timeout="5"', 'timeout="2.5"'),
        ('speechTimeout="2"', 'speechTimeout="auto"'),
        ('rate="80%"', 'rate="10%"'),
        ('rate="80%"', 'speed="80%"'),
        ("您好", ""),
        ("您好", "{姓}您好"),
        ('method="POST"', 'method="PUT"'),
        ("https://h.example.com/a", "/a"),
        ("https://h.example.com/d", "d"),
        ("https://h.example.com/c", "https://my_host.example.com/c"),
        ("https://h.example.com/b", "https://elsewhere.example.com/b"),
        ('statusCallbackEvent="start end"', 'statusCallbackEvent="begin"'),
        ('participantLabel="caller"', ""),
        (">r-1<", ">+861000000018<"),
        ("<Hangup/>", "<Hangup/><Pause/>"),
        ("<Hangup/>", ""),
        (GO_ON, ""),
        (f"{SAY}</Gather>", f"{SAY}<Hangup/></Gather>"),
        (f"{SAY}</Gather>", f"你好{SAY}</Gather>"),
        ("</Response>", ""),
    ],
)
def test_planted_faults_are_found(was: str, planted: str) -> None:
    hit = [good for good in GOOD if was in good]
    assert hit
    for good in hit:
        assert faults(good.replace(was, planted), base="https://h.example.com") != []
