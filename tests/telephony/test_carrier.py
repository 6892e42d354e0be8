"""Every command is one that the carrier documents; every answer becomes a decision."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from ivr.config import PRACTICE_ACCOUNT, Settings
from ivr.telephony import carrier as telephony
from ivr.telephony.carrier import (
    AgentLeg,
    Carrier,
    CarrierBusy,
    CarrierError,
    CarrierRefused,
    CarrierUnsure,
    LegGone,
)
from ivr.telephony.twiml import renderer
from tests.telephony.rest import Answer, Asked, Recorder, faults, recording_rest, sid_of

CALLER, AGENT, ROOM_SID = sid_of("CA", 1), sid_of("CA", 2), sid_of("CF", 3)
ACCOUNT = f"/2010-04-01/Accounts/{PRACTICE_ACCOUNT}"
ROOM = "r-0123456789abcdef01234567"
LEG = AgentLeg(
    to="client:li",
    url="https://hotline.example.com/voice/agent/1",
    status_url="https://hotline.example.com/voice/agent/1/status",
    ring_s=15,
)
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def one_rest() -> Iterator[Recorder]:
    with recording_rest() as recorder:
        yield recorder


@pytest.fixture
def rest(one_rest: Recorder) -> Recorder:
    one_rest.asked, one_rest.answers = [], []
    return one_rest


@pytest.fixture
def carrier(rest: Recorder) -> Carrier:
    return Carrier(PRACTICE_ACCOUNT, "token", rest.url, "+861000095519")


def rooms(*sids: str) -> Answer:
    found = [{"sid": sid, "friendly_name": ROOM} for sid in sids]
    return Answer(200, json.dumps({"conferences": found, "next_page_uri": None}))


def people(*sids: str) -> Answer:
    found = [{"call_sid": sid, "conference_sid": ROOM_SID} for sid in sids]
    return Answer(200, json.dumps({"participants": found, "next_page_uri": None}))


def legs(*found: tuple[str, str, datetime | None]) -> Answer:
    calls = [
        {"sid": sid, "status": status, "start_time": at and at.strftime("%a, %d %b %Y %T +0000")}
        for sid, status, at in found
    ]
    return Answer(200, json.dumps({"calls": calls, "next_page_uri": None}))


COMMANDS: dict[str, Callable[[Carrier], object]] = {
    "ring": lambda carrier: carrier.ring(LEG),
    "lead to an address": lambda carrier: carrier.redirect(CALLER, url="https://h.example.com/x"),
    "lead into the room": lambda carrier: carrier.redirect(CALLER, twiml="<Response/>"),
    "stop": lambda carrier: carrier.stop(AGENT),
    "status": lambda carrier: carrier.status(CALLER),
    "look for a leg": lambda carrier: carrier.live_leg_to("client:li", LONG_AGO),
    "look into a room": lambda carrier: carrier.is_in_room(CALLER, ROOM),
}
each_command = pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS.keys())


@pytest.mark.parametrize("to", ["client:li", "sip:li@pbx.example.com", "+861000000099"])
def test_an_agents_phone_is_rung_as_the_carrier_documents_it(
    rest: Recorder, carrier: Carrier, to: str
) -> None:
    sid = carrier.ring(AgentLeg(to, LEG.url, LEG.status_url, LEG.ring_s))

    assert telephony.CALL_SID.fullmatch(sid)
    assert rest.faults() == []
    (asked,) = rest.asked
    assert (asked.method, asked.path) == ("POST", f"{ACCOUNT}/Calls.json")
    assert asked.form == {
        "To": [to],
        "From": ["+861000095519"],
        "Url": [LEG.url],
        "Method": ["POST"],
        "Timeout": ["15"],
        "StatusCallback": [LEG.status_url],
        "StatusCallbackMethod": ["POST"],
        # One key for each event: several in one field silence them all.
        "StatusCallbackEvent": ["initiated", "ringing", "answered", "completed"],
    }


def test_a_live_call_is_led_and_ended_as_the_carrier_documents_it(
    rest: Recorder, carrier: Carrier
) -> None:
    meet = renderer(Settings(practice=True)).meet(ROOM)
    carrier.redirect(CALLER, twiml=meet)
    carrier.redirect(CALLER, url="https://hotline.example.com/voice/resume")
    carrier.stop(AGENT)

    assert rest.faults() == []
    assert [asked.path for asked in rest.asked] == [
        f"{ACCOUNT}/Calls/{sid}.json" for sid in (CALLER, CALLER, AGENT)
    ]
    assert [asked.form for asked in rest.asked] == [
        {"Twiml": [meet]},
        {"Url": ["https://hotline.example.com/voice/resume"], "Method": ["POST"]},
        {"Status": ["completed"]},
    ]


def test_questions_are_asked_as_the_carrier_documents_them(
    rest: Recorder, carrier: Carrier
) -> None:
    rest.answers = [legs(), rooms(), rooms(ROOM_SID), people(AGENT, CALLER)]

    assert carrier.live_leg_to("client:li", LONG_AGO) is None
    assert carrier.is_in_room(CALLER, ROOM) is True
    assert carrier.status(CALLER) == "in-progress"

    assert rest.faults() == []
    assert rest.asked[0].query["To"] == ["client:li"]
    assert [asked.query.get("Status") for asked in rest.asked[1:3]] == [["in-progress"], ["init"]]
    assert rest.asked[3].path == f"{ACCOUNT}/Conferences/{ROOM_SID}/Participants.json"


def test_who_is_not_in_the_room_is_not_found_there(rest: Recorder, carrier: Carrier) -> None:
    rest.answers = [rooms(ROOM_SID), people(AGENT)]
    assert carrier.is_in_room(CALLER, ROOM) is False
    rest.answers = [rooms(), rooms()]
    assert carrier.is_in_room(CALLER, ROOM) is False


def test_a_room_that_closes_while_we_look_is_not_taken_for_the_end_of_the_call(
    rest: Recorder, carrier: Carrier
) -> None:
    rest.answers = [rooms(ROOM_SID), Answer(404, json.dumps({"code": 20404, "status": 404}))]
    assert carrier.is_in_room(CALLER, ROOM) is False


def test_only_a_live_leg_of_ours_is_found_again(rest: Recorder, carrier: Carrier) -> None:
    sent_at = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
    before, after = sent_at - timedelta(minutes=5), sent_at + timedelta(seconds=1)
    rest.answers = [
        legs((sid_of("CA", 7), "completed", after), (sid_of("CA", 8), "in-progress", before)),
        legs((sid_of("CA", 7), "completed", after), (sid_of("CA", 9), "ringing", after)),
        legs((sid_of("CA", 10), "queued", None)),
    ]
    found = [carrier.live_leg_to("client:li", sent_at) for _ in range(3)]
    assert found == [None, sid_of("CA", 9), sid_of("CA", 10)]


def problem(status: int, code: int | None) -> Answer:
    return Answer(status, json.dumps({"code": code, "message": "no", "status": status}))


def modern_problem(status: int, code: int) -> Answer:
    """The form of RFC 9457, which newer parts of the carrier answer with."""
    said = {"type": "about:blank", "title": "no", "status": status, "code": code}
    return Answer(status, json.dumps(said))


@each_command
@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (problem(404, 20404), LegGone),
        (problem(404, None), LegGone),
        (problem(400, 21220), LegGone),
        (modern_problem(404, 20404), LegGone),
        (problem(429, 20429), CarrierBusy),
        (modern_problem(429, 20429), CarrierBusy),
        (problem(400, 21201), CarrierRefused),
        (problem(401, 20003), CarrierRefused),
        (problem(408, None), CarrierUnsure),
        (problem(500, None), CarrierUnsure),
        (modern_problem(503, 20503), CarrierUnsure),
        (Answer(502, "<html>Bad gateway</html>"), CarrierUnsure),
        (Answer(200, "<html>Sign in to the network</html>"), CarrierUnsure),
        (Answer(200, ""), CarrierUnsure),
        (Answer(200, "[]"), CarrierUnsure),
        (Answer(200, "null"), CarrierUnsure),
        (Answer(200, json.dumps({"sid": "x"}), cut_at=4), CarrierUnsure),
        (Answer(200, json.dumps({"sid": "x"}), cut_at=0), CarrierUnsure),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else f"{value.status}",
)
def test_each_bad_answer_has_a_meaning(
    rest: Recorder,
    carrier: Carrier,
    command: Callable[[Carrier], object],
    answer: Answer,
    error: type[CarrierError],
) -> None:
    rest.answers = [answer] * 3
    if answer == problem(400, 21220) and command in (
        COMMANDS["look for a leg"],
        COMMANDS["look into a room"],
    ):
        error = CarrierRefused  # The client keeps no error code of a list that is refused.
    with pytest.raises(error) as raised:
        command(carrier)
    assert type(raised.value) is error


def test_a_leg_without_a_name_is_uncertain_and_not_called_none(
    rest: Recorder, carrier: Carrier
) -> None:
    rest.answers = [Answer(201, "{}")]
    with pytest.raises(CarrierUnsure):
        carrier.ring(LEG)


@pytest.mark.parametrize("said", [{}, {"status": None}, {"status": "gone fishing"}])
def test_a_status_that_nobody_documents_ends_no_call(
    rest: Recorder, carrier: Carrier, said: dict[str, str | None]
) -> None:
    rest.answers = [Answer(200, json.dumps(said))]
    with pytest.raises(CarrierUnsure):
        carrier.status(CALLER)


@each_command
def test_a_carrier_that_does_not_listen_or_never_answers_leaves_us_unsure(
    command: Callable[[Carrier], object],
) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # Bound and not listening: connections are refused.
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        with pytest.raises(CarrierUnsure):
            command(Carrier(PRACTICE_ACCOUNT, "token", url, "+861000095519"))


def test_a_carrier_that_takes_too_long_leaves_us_unsure(rest: Recorder) -> None:
    late = threading.Event()
    rest.answers = [Answer(200, "{}", after=late)]
    impatient = Carrier(PRACTICE_ACCOUNT, "token", rest.url, "+861000095519", timeout_s=0.2)
    with pytest.raises(CarrierUnsure, match="in time"):
        impatient.status(CALLER)
    late.set()


def test_the_check_of_requests_finds_planted_faults() -> None:
    calls, call = f"{ACCOUNT}/Calls.json", f"{ACCOUNT}/Calls/{CALLER}.json"
    good = {"To": ["client:li"], "From": ["+861000095519"], "Url": ["https://h.example.com"]}
    assert faults(Asked("POST", calls, {}, good)) == []
    for asked in (
        Asked("POST", calls, {}, {"To": ["client:li"]}),
        Asked("POST", calls, {}, good | {"Timeout": ["soon"]}),
        Asked("POST", calls, {}, good | {"Metod": ["POST"]}),
        Asked("POST", calls, {}, good | {"Method": ["PUT"]}),
        Asked("POST", calls, {}, good | {"Url": ["https://a", "https://b"]}),
        Asked("POST", calls, {}, good | {"Twiml": ["x" * 4001]}),
        Asked("POST", call, {}, {"Status": ["over"]}),
        Asked("POST", f"{ACCOUNT}/Calls/CAx.json", {}, {"Status": ["completed"]}),
        Asked("PUT", call, {}, {}),
        Asked("GET", calls, {"PageSize": ["many"]}, {}),
        Asked("GET", f"{ACCOUNT}/Queues.json", {}, {}),
    ):
        assert faults(asked) != [], asked
