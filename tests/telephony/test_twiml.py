"""Every document that the hotline can answer with is one that the carrier can carry out."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product

import pytest

from ivr.config import Settings
from ivr.dialogue import (
    Clause,
    HangUp,
    Instruction,
    Listen,
    Meet,
    Menu,
    Music,
    Pace,
    Segment,
    Speak,
    SpeechTurn,
    State,
    Topic,
    load_menu,
    load_prompts,
    speak,
    whisper,
)
from ivr.dialogue.prompts import VALUES
from ivr.dialogue.rendering import render
from ivr.telephony.parameters import KNOWN
from ivr.telephony.twiml import Renderer, renderer
from ivr.web.holding import Holding
from tests.telephony.rest import LONGEST_TWIML
from tests.telephony.twiml_grammar import faults, urls_of

BASE = "https://hotline.example.com"
ROOM = "r-0123456789abcdef01234567"
NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
DIGITS_IN_A_ROW = re.compile(r"[0-9]{5,}")


def settings(**values: object) -> Settings:
    return Settings(practice=True, public_base_url=BASE, **values)  # type: ignore[arg-type]


def states(node: str) -> Iterator[State]:
    """Everything that changes the words of a node: what is known, owed, and wished for."""
    for segment, pace, louder, speech, topic in product(
        Segment, Pace, (True, False), (True, False), (None, Topic.CLAIM)
    ):
        for tail, receipt, told in (
            (None, None, (None, None)),
            ("0018", "1000017", (1, None)),
            ("0018", None, (12, 28)),
        ):
            yield State(
                node,
                segment=segment,
                pace=pace,
                louder=louder,
                speech=speech,
                night=louder,
                topic=topic,
                number_tail=tail,
                receipt=receipt,
                receipt_owed=receipt is not None,
                told_position=told[0],
                told_minutes=told[1],
            )


@pytest.fixture(scope="module")
def menu() -> Menu:
    return load_menu(None, prompts=load_prompts(None))


@pytest.fixture(scope="module")
def spoken(menu: Menu) -> set[tuple[Instruction, ...]]:
    """Everything that the dialogue can ever instruct, whatever event led there."""
    return {
        render(menu, node, state, lead_s, NOON)
        for name, node in menu.nodes.items()
        for state in states(name)
        for lead_s in (0.0, 0.4)
    }


@pytest.mark.parametrize("voice", ["Polly.Zhiyu", "Polly.Zhiyu-Neural", "Google.cmn-CN-Wavenet-A"])
def test_every_answer_of_the_dialogue_can_be_carried_out(
    spoken: set[tuple[Instruction, ...]], voice: str
) -> None:
    write = renderer(settings(voice=voice))
    documents = {write.write(instructions, 7, ROOM) for instructions in spoken}
    assert len(documents) > 60
    for document in documents:
        assert faults(document, base=BASE) == [], document
        root = ET.fromstring(document.encode())
        for url in urls_of(root):
            assert not DIGITS_IN_A_ROW.search(url.removeprefix(BASE)), url


def test_each_turn_says_something_or_ends(spoken: set[tuple[Instruction, ...]]) -> None:
    write = renderer(settings())
    for instructions in spoken:
        tags = {element.tag for element in ET.fromstring(write.write(instructions, 7, ROOM)).iter()}
        assert tags & {"Say", "Play", "Conference", "Hangup", "Gather"}, instructions


def every_other_document(write: Renderer) -> Iterator[str]:
    prompts = load_prompts(None)
    menu = load_menu(None, prompts=prompts)
    holding = Holding(write, prompts)
    yield from (holding.to_caller(), holding.outage(), holding.in_room())
    yield holding.to_agent(write.to.agent(12))
    yield write.meet(ROOM)
    yield write.hang_up()
    yield write.nothing()
    for prompt in ("agent.late", "agent.gone"):
        yield write.tell_and_hang_up(speak(prompts, prompt))
    for segment, topic, waited_s in product(Segment, Topic, (0.0, 59.0, 7200.0)):
        yield write.whisper(whisper(menu, segment, topic, waited_s), ROOM, 12)


def test_what_agents_hear_and_what_holds_a_call_can_be_carried_out() -> None:
    for document in every_other_document(renderer(settings())):
        assert faults(document, base=BASE) == [], document


def test_each_leg_gives_the_room_the_same_ears() -> None:
    """The first who comes decides what is reported, whoever that is."""
    write = renderer(settings())
    words = Speak("agent.gone", (Clause("您好"),))
    rooms = [
        ET.fromstring(document).find(".//Conference")
        for document in (write.meet(ROOM), write.whisper(words, ROOM, 3))
    ]
    assert all(room is not None for room in rooms)
    ears = [
        {name: room.get(name) for name in room.keys() if name.startswith("statusCallback")}  # noqa: SIM118
        for room in rooms
        if room is not None
    ]
    assert ears[0] == ears[1]
    assert {"join", "leave"} <= set(str(ears[0]["statusCallbackEvent"]).split())


def test_documents_that_ride_in_a_command_are_short_enough_and_absolute() -> None:
    long_base = "https://" + ".".join(["a" * 60] * 4) + "/green-channel"
    meet = renderer(settings().model_copy(update={"public_base_url": long_base})).meet(ROOM)
    assert len(meet) <= LONGEST_TWIML
    assert faults(meet, base=long_base) == []


def test_keys_and_speech_are_heard_in_the_recognisers_own_language() -> None:
    listen = Listen("0123456789*#", 8, SpeechTurn("open", 8.0, 1.4, 15.0))
    document = renderer(settings()).write((listen,), 1, ROOM)
    gather = ET.fromstring(document).find("Gather")
    assert gather is not None
    assert gather.get("language") == "cmn-Hans-CN"
    assert gather.get("speechTimeout") == "1"
    assert faults(document, base=BASE) == []


def test_pace_and_loudness_are_said_only_to_a_voice_that_obeys() -> None:
    words = Speak("x", (Clause("您好", 0.5), Clause("请讲")), Pace.SLOW, louder=True)
    amazon = renderer(settings(voice="Polly.Zhiyu")).write((words, HangUp()), 1, ROOM)
    assert amazon.count("<prosody") == 2
    assert 'volume="+6dB"' in amazon
    assert '<break time="500ms" />' in amazon
    for voice in ("alice", "Google.cmn-CN-Standard-A", "Polly.Zhiyu-Generative"):
        plain = renderer(settings(voice=voice)).write((words, HangUp()), 1, ROOM)
        say = ET.fromstring(plain.encode()).find("Say")
        assert say is not None
        assert (say.text, len(say)) == ("您好请讲", 0)
        assert faults(plain, base=BASE) == []


INJECTED = [
    "</Say><Hangup/><Say>",
    "<Redirect>https://evil.example.com</Redirect>",
    "]]>",
    "<![CDATA[",
    "<!-- ",
    "&lt;Hangup/&gt;",
    "&amp;&#x3c;Hangup/&#x3e;",
    "&xxe;",
    '"/><Hangup a="',
    "'/><Hangup a='",
    "<?xml version='1.0'?>",
    "<!DOCTYPE r [<!ENTITY x 'y'>]>",
    "{姓}",
    "%s %(name)s $x ${x}",
    "line\nline\r\nline\tline",
    "\u202eolleh",
    "\u2028\ufeff",
    "𠮷😀",
    "<" * 500 + "&" * 500,
]


@pytest.mark.parametrize("evil", INJECTED)
def test_nothing_in_a_prompt_or_its_values_becomes_a_verb(evil: str) -> None:
    write = renderer(settings())
    prompts = load_prompts(None)
    gaps = {name: evil for name in VALUES if name not in {"位", "分钟"}} | {"位": 2, "分钟": 3}
    filled = [speak(prompts, name, gaps) for name in prompts if prompts[name].values]
    assert filled
    for words in (Speak("x", (Clause("您好"), Clause(evil, 0.3)), louder=True), *filled):
        document = write.write((words, Meet()), 1, ROOM)
        root = ET.fromstring(document.encode())
        assert [element.tag for element in root] == ["Say", "Dial"]
        assert {element.tag for element in root[0]} <= {"prosody", "break"}
        assert all(set(element.attrib) <= {"rate", "volume", "time"} for element in root[0])
    said = "".join(ET.fromstring(write.speech(Speak("x", (Clause(evil),))).to_xml()).itertext())
    # A parser of XML makes one newline of each of the three kinds, unless it is written out.
    assert said.replace("\r\n", "\n") == evil.replace("\r\n", "\n")


def test_what_no_document_can_hold_is_left_out() -> None:
    words = Speak("x", (Clause("您\x00\x0b\ud800好\uffff"),))
    for voice in ("Polly.Zhiyu", "alice"):
        document = renderer(settings(voice=voice)).write((words, HangUp()), 1, ROOM)
        assert "".join(ET.fromstring(document.encode()).itertext()) == "您好"


def test_music_says_how_long_it_is_and_nothing_else() -> None:
    document = renderer(settings()).write((Music(21), HangUp()), 1, ROOM)
    assert f"<Play>{BASE}/voice/music/21.wav</Play>" in document


def test_the_parameters_that_we_know_are_names_of_the_carrier() -> None:
    assert all(re.fullmatch(r"[A-Z][A-Za-z]+|msg", name) for name in KNOWN)
