"""Whatever is sent, signed or not: never a fault of ours, never a hang, nothing written."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from itertools import product
from urllib.parse import quote_from_bytes, unquote_to_bytes, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from werkzeug.test import EnvironBuilder, TestResponse
from werkzeug.wrappers import Request

from ivr.exchange.signature import sign
from tests.web.hotline import (
    BASE,
    FORM,
    HOTLINE,
    STRANGER,
    TOKEN,
    WEBHOOKS,
    Hotline,
    new_sid,
    next_path,
    webhook,
)

NEVER_SEEN = "CA" + "e" * 32
ODD_SIDS = (
    "", "CA", "ca" + "0" * 32, "CA" + "0" * 31, "CA" + "0" * 33, "CA" + "G" * 32, "CA" + "０" * 32,
    "CA" + "0" * 32 + "\n", "\nCA" + "0" * 32, "../../etc/passwd", "CA" + "0" * 30 + "\x00\x00",
    "' OR 1=1 --", "CA" + "A" * 32, "null", "x" * 10_000,
)  # fmt: skip
ODD_NUMBERS = (
    "", "anonymous", "+266696687", "sip:" + "a" * 5000 + "@b", "client:<script>", "+" * 300,
    "０１０００００００１８", "\x00+861000000018\x00", "+8610\r\n00000018", "𠮷" * 300, "9" * 4000,
    "%00", "\u202e81000000168+", "+861000000018;ext=1", "'; DROP TABLE call; --",
)  # fmt: skip


def signed_bytes(hotline: Hotline, path: str, body: bytes) -> TestResponse:
    """Any bytes as a form, signed over what every server reads in them."""
    builder = EnvironBuilder(method="POST", data=body, content_type=FORM)
    form = MultiDict(Request(builder.get_environ()).form)
    return hotline.carrier.send(path, body, sign(TOKEN, BASE + path, dict(form)))


def test_a_call_without_a_proper_name_is_refused_and_leaves_no_trace(hotline: Hotline) -> None:
    before = hotline.fingerprint()
    for path in WEBHOOKS:
        if path in {"/voice/hold", "/voice/conference", "/voice/agent/1/after"}:
            continue  # These do not read the call's name.
        for sid in ODD_SIDS:
            answer = hotline.post(path, webhook(sid))
            assert answer.status_code == 400, (path, sid)
            assert answer.content_type == "text/plain; charset=utf-8"
    form = webhook(new_sid())
    del form["CallSid"]
    assert hotline.post("/voice/incoming", form).status_code == 400
    assert hotline.fingerprint() == before


def test_words_that_the_carrier_does_not_use_are_refused(hotline: Hotline) -> None:
    hotline.post("/voice/incoming", webhook(sid := new_sid()))
    before = hotline.fingerprint()
    for status in ("", "Ringing", "done", "completed\n", "x" * 5000, "完成"):
        for path in ("/voice/incoming", "/voice/status", "/voice/agent/1/status"):
            assert hotline.post(path, webhook(sid, CallStatus=status)).status_code == 400
    for keys in ("x", "１", "12\n", "1" * 33, "1;2", "\x00", "+"):
        assert hotline.post("/voice/turn/1", webhook(sid, Digits=keys)).status_code == 400
    for room in ("", "CF", "CA" + "0" * 32, "x" * 5000):
        form = webhook(sid, ConferenceSid=room, StatusCallbackEvent="participant-leave")
        assert hotline.post("/voice/conference", form).status_code == 400
    assert hotline.fingerprint() == before


def test_a_caller_with_any_number_is_answered_and_nobody_is_asked_for_a_valid_one(
    hotline: Hotline,
) -> None:
    for number in ODD_NUMBERS:
        sid = new_sid()
        answer = hotline.post(
            "/voice/incoming", webhook(sid, From=number, To=number, CallStatus="ringing")
        )
        assert answer.status_code == 200, number
        assert "<Gather" in answer.get_data(as_text=True), number
        (call,) = [call for call in hotline.rows("call") if call["sid"] == sid]
        assert len(call["dialled"]) <= 64


def test_numbers_in_addresses_that_no_database_holds_are_nobodys(hotline: Hotline) -> None:
    hotline.post("/voice/incoming", webhook(sid := new_sid()))
    before = hotline.fingerprint()
    odd = ("-1", "1.0", "1e3", "0x1", " 1", "%31%20", "١", "１", "", "1/", "9" * 11, "9" * 4000,
           "9" * 5000, "1%0a", "1%00")  # fmt: skip
    for number in odd:
        for path in (f"/voice/turn/{number}", f"/voice/agent/{number}/status"):
            answer = hotline.post(path, webhook(sid, CallStatus="completed", Digits="1"))
            assert answer.status_code in {403, 404}, path
    for number in ("0", "000000002", "999999999"):
        # An answer that we never gave: the last one is given once more, and nothing is done.
        answer = hotline.post(f"/voice/turn/{number}", webhook(sid, Digits="1"))
        assert answer.status_code == 200
        assert "<Gather" in answer.get_data(as_text=True)
        path = f"/voice/agent/{number}"
        assert hotline.post(f"{path}/status", webhook(sid)).status_code == 200
        assert "<Hangup" in hotline.post(path, webhook(sid)).get_data(as_text=True)
        assert "<Hangup" in hotline.post(f"{path}/after", webhook(sid)).get_data(as_text=True)
    assert hotline.fingerprint() == before


def test_a_call_that_nobody_has_met_is_not_invented(hotline: Hotline) -> None:
    before = hotline.fingerprint()
    for path, status in (
        ("/voice/turn/1", 404),
        ("/voice/after-talk", 404),
        ("/voice/status", 200),
        ("/voice/agent/7/status", 200),
        ("/voice/agent/7/after", 200),
    ):
        answer = hotline.post(path, webhook(NEVER_SEEN, CallStatus="completed", Digits="1"))
        assert answer.status_code == status, path
    outbound = webhook(NEVER_SEEN, Direction="outbound-api")
    assert hotline.post("/voice/resume", outbound).status_code == 404
    assert hotline.fingerprint() == before


def test_a_caller_who_comes_to_resume_first_is_welcome(hotline: Hotline) -> None:
    answer = hotline.post("/voice/resume", webhook(sid := new_sid()))
    assert next_path(answer.get_data(as_text=True)) == "/voice/turn/1"
    assert [call["sid"] for call in hotline.rows("call")] == [sid]


def test_webhooks_in_the_wrong_order_change_nothing_that_they_should_not(hotline: Hotline) -> None:
    sid = new_sid()
    over = webhook(sid, CallStatus="completed", SequenceNumber="3")
    empty = hotline.fingerprint()
    assert hotline.post("/voice/status", over).status_code == 200
    assert hotline.post("/voice/turn/1", webhook(sid, Digits="2")).status_code == 404
    assert hotline.fingerprint() == empty

    first = hotline.post("/voice/incoming", webhook(sid, CallStatus="ringing"))
    answered = hotline.fingerprint()
    for _ in range(3):
        again = hotline.post("/voice/incoming", webhook(sid, CallStatus="ringing", From=STRANGER))
        assert again.data == first.data
    assert hotline.fingerprint() == answered

    assert hotline.post("/voice/status", over).status_code == 200
    ended = hotline.fingerprint()
    for path in ("/voice/incoming", "/voice/turn/1", "/voice/turn/2", "/voice/status"):
        form = over if path == "/voice/status" else webhook(sid, Digits="2")
        answer = hotline.post(path, form)
        assert answer.status_code == 200
        assert hotline.fingerprint() == ended, path
    late = webhook(sid, CallStatus="in-progress", SequenceNumber="1")
    assert hotline.post("/voice/status", late).status_code == 200
    assert hotline.fingerprint() == ended
    assert hotline.rows("queued_call") == []


# --- sizes and encodings -------------------------------------------------------------------


@pytest.mark.parametrize("path", WEBHOOKS)
def test_large_bodies_are_refused_before_they_are_read(door: Hotline, path: str) -> None:
    before = door.fingerprint()
    form = webhook(new_sid(), SpeechResult="x" * 1_000_000)
    began = time.monotonic()
    assert door.post(path, form).status_code == 413
    assert door.carrier.send(path, b"\xff" * 1_000_000, "x").status_code == 413
    assert door.carrier.send(path, b"x" * 1_000_000, "x", "application/json").status_code == 413
    assert time.monotonic() - began < 1
    assert door.fingerprint() == before


def test_a_form_of_5000_fields_is_read_or_refused_at_once(door: Hotline) -> None:
    form = webhook(new_sid()) | {f"p{number}": "" for number in range(5000)}
    began = time.monotonic()
    assert door.post("/voice/incoming", form).status_code in {200, 403, 413}
    body = "&".join(["CallSid"] * 5000).encode()
    assert door.carrier.send("/voice/incoming", body, "x").status_code == 403
    assert time.monotonic() - began < 1


ENCODINGS = {
    "GBK": b"From=" + quote_from_bytes("中国人寿".encode("gbk")).encode(),
    "raw GBK": "From=中国人寿".encode("gbk"),
    "UTF-16": "From=中国".encode("utf-16"),
    "a lone surrogate": b"From=%ED%A0%80&To=%ED%BF%BF",
    "a nought": b"From=%00&To=a%00b",
    "overlong": b"From=%C0%80&To=%F8%88%80%80%80",
    "half a character": b"From=%E4%BD",
    "beyond Unicode": b"From=%F4%90%80%80",
    "broken escapes": b"From=%&To=%2&Called=%zz",
    "no equals signs": b"&&&From&&To&",
    "semicolons": b"From=a;To=b",
    "a byte order mark": b"\xef\xbb\xbfFrom=a",
    "newlines": b"From=a%0d%0aX: y&To=\r\n\r\n",
}


def test_other_encodings_are_text_like_any_other(hotline: Hotline) -> None:
    for (what, odd), path in product(ENCODINGS.items(), WEBHOOKS):
        rest = {k: v for k, v in webhook(new_sid()).items() if k not in {"From", "To", "Called"}}
        answer = signed_bytes(hotline, path, odd + b"&" + urlencode(rest).encode())
        assert answer.status_code < 500, (what, path)
        if path == "/voice/incoming" and answer.status_code != 403:
            assert "<Gather" in answer.get_data(as_text=True), what


def test_methods_and_paths_that_are_not_offered_are_refused(door: Hotline) -> None:
    client = door.app.test_client()
    for path in WEBHOOKS:
        for method in ("GET", "HEAD", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"):
            answer = client.open(path, method=method)
            assert answer.status_code == 405
            assert "POST" in answer.headers["Allow"], "it must say what is offered (RFC 9110)"
    for path in ("/voice", "/voice/", "/voice/unknown", "/voice/music/x.wav", "/voice/../desk/api"):
        assert door.post(path, webhook(new_sid())).status_code in {404, 405}


# --- at random -----------------------------------------------------------------------------

NAMES = st.sampled_from([*sorted(webhook(NEVER_SEEN)), "Digits", "SpeechResult", "SequenceNumber"])
VALUES = st.one_of(
    st.text(max_size=40),
    st.sampled_from(["1", "0", "completed", "in-progress", "ringing", "inbound", "agent-1", ""]),
    st.integers().map(str),
)


@settings(
    max_examples=300,
    deadline=2000,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    path=st.sampled_from(WEBHOOKS),
    changed=st.dictionaries(NAMES, VALUES, max_size=4),
    added=st.dictionaries(st.text(max_size=12), st.text(max_size=30), max_size=3),
)
def test_no_form_makes_us_fail(
    door: Hotline, path: str, changed: dict[str, str], added: dict[str, str]
) -> None:
    form = webhook(NEVER_SEEN) | changed | added
    body = urlencode(form, errors="surrogatepass").encode()
    answer = signed_bytes(door, path, body)
    assert answer.status_code < 500
    if answer.status_code == 200:
        assert answer.content_type == "text/xml; charset=utf-8"


def random_bodies(dice: random.Random) -> Iterator[bytes]:
    seed = urlencode(webhook(NEVER_SEEN, To=HOTLINE)).encode()
    while True:
        match dice.randrange(4):
            case 0:
                yield dice.randbytes(dice.randrange(200))
            case 1:
                raw = bytearray(seed)
                for _ in range(dice.randrange(1, 6)):
                    raw[dice.randrange(len(raw))] = dice.randrange(256)
                yield bytes(raw)
            case 2:
                yield seed + b"&" + quote_from_bytes(dice.randbytes(40)).encode()
            case _:
                yield unquote_to_bytes(seed)[: dice.randrange(len(seed))]


def test_two_thousand_random_bodies_signed_or_not_write_nothing_and_break_nothing(
    hotline: Hotline,
) -> None:
    dice = random.Random(4)
    bodies = random_bodies(dice)
    paths = [path for path in WEBHOOKS if path not in {"/voice/incoming", "/voice/resume"}]
    before = hotline.fingerprint()
    for _ in range(500):
        body, path = next(bodies), dice.choice(paths)
        assert hotline.carrier.send(path, body, "c2ln" * 7).status_code in {403, 413}
        assert hotline.carrier.send(path, body, "", "text/plain").status_code == 403
        answer = signed_bytes(hotline, path, body)
        assert answer.status_code < 500, (path, body)
    assert hotline.fingerprint() == before
