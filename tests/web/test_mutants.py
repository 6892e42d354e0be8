"""No request that differs from what the carrier signed is let in, however little it differs."""

from __future__ import annotations

import random
import string
from collections.abc import Iterator, Mapping
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from ivr.exchange.signature import sign
from ivr.telephony.parameters import is_as_signed
from ivr.telephony.signature import Seal
from tests.web.hotline import BASE, FORM, TOKEN, Hotline, form_for, new_sid, webhook

INCOMING = "/voice/incoming"


def resend(
    door: Hotline, pairs: list[tuple[str, str]], signature: str, path: str = INCOMING
) -> int:
    return door.carrier.send(path, urlencode(pairs).encode(), signature).status_code


def test_altered_swapped_dropped_added_and_repeated_parameters_are_refused(door: Hotline) -> None:
    form = form_for(INCOMING) | {"SpeechResult": "我想查一下保单"}
    signature = sign(TOKEN, BASE + INCOMING, form)
    pairs = list(form.items())
    assert resend(door, pairs[::-1], signature) == 200
    for at, (name, value) in enumerate(pairs):
        rest = pairs[:at] + pairs[at + 1 :]
        assert resend(door, [*rest, (name, value + "0")], signature) == 403
        assert resend(door, [*rest, (name.lower(), value)], signature) == 403
        assert resend(door, [*pairs, (name, value)], signature) == 403, "twice the same"
        assert resend(door, [*pairs, (name, value + "x")], signature) == 403
        if name != "StirVerstat":
            assert resend(door, rest, signature) == 403 or not value
        if value.strip():
            assert resend(door, [*rest, (name, f" {value}")], signature) == 403
    swapped = form | {"From": form["To"], "To": form["From"]}
    assert resend(door, list(swapped.items()), signature) == 403
    assert resend(door, [*pairs, ("Extra", "")], signature) == 403
    assert resend(door, [*pairs, ("", "")], signature) == 403


def recut(form: Mapping[str, str]) -> Iterator[list[tuple[str, str]]]:
    """Forms that run together to the same text, and hence have the same signature."""
    names = sorted(form)
    for at, name in enumerate(names):
        value = form[name]
        rest = [(n, form[n]) for n in names if n != name]
        for letters in range(1, len(name)):
            yield [*rest, (name[:-letters], name[-letters:] + value)]
        for letters in range(1, len(value) + 1):
            yield [*rest, (name + value[:letters], value[letters:])]
        if at + 1 < len(names):
            following = names[at + 1]
            others = [pair for pair in rest if pair[0] != following]
            yield [*others, (name, value + following + form[following])]


def runs_together(pairs: list[tuple[str, str]]) -> str:
    return "".join(name + value for name, value in sorted(pairs))


def test_a_form_cut_differently_is_refused_though_its_signature_is_the_same(door: Hotline) -> None:
    """Digits=12 and Digit=s12 have one signature: the scheme signs no boundaries."""
    forms = [
        webhook(new_sid(), Digits="2"),
        webhook(new_sid(), SpeechResult="我要理赔", Confidence="0.81"),
        form_for("/voice/conference"),
    ]
    tried = 0
    for form in forms:
        path = "/voice/conference" if "ConferenceSid" in form else INCOMING
        signature = sign(TOKEN, BASE + path, form)
        for pairs in recut(form):
            if runs_together(pairs) != runs_together(list(form.items())):
                continue  # The names would be signed in another order.
            tried += 1
            read = {n: v for n, v in pairs if n in READ}
            as_sent = {n: v for n, v in form.items() if n in READ}
            if resend(door, pairs, signature, path) == 200:
                assert read == as_sent, "it was let in, and something that counts has changed"
    assert tried > 300


READ = frozenset({"AccountSid", "CallSid", "CallStatus", "Direction", "From", "To", "Digits"}) | {
    "SpeechResult", "SequenceNumber", "ConferenceSid", "StatusCallbackEvent", "ParticipantLabel",
    "ParticipantCallStatus",
}  # fmt: skip


def test_parameters_that_the_carrier_may_add_one_day_are_let_in(door: Hotline) -> None:
    new = {
        "FromRegion": "", "ToCarrier": "x", "TotalCost": "1", "CallStatusReason": "", "Tokens": "",
        "SipHeader_X-Desk": "7", "VerificationUrl": "https://x.example.com", "DirectionHint": "in",
    }  # fmt: skip
    assert is_as_signed({name: [value] for name, value in new.items()})
    assert door.post(INCOMING, form_for(INCOMING) | new).status_code == 200


# --- many random requests ------------------------------------------------------------------

ALPHABETS = (
    string.ascii_letters,
    "0123456789+*#",
    "您好，查保单。",
    " \t\r\n",
    "\x00\x7f\x80ÿ",
    "𠮷😀",
)


def some_text(dice: random.Random, longest: int = 12) -> str:
    letters = dice.choice(ALPHABETS)
    return "".join(dice.choice(letters) for _ in range(dice.randrange(longest)))


def some_request(dice: random.Random) -> tuple[str, str, dict[str, list[str]]]:
    path = "/" + "/".join(dice.choice(("voice", "%20", "a.b", "é", "~")) for _ in range(3))
    query = urlencode({some_text(dice): some_text(dice)}) if dice.random() < 0.3 else ""
    form = {
        some_text(dice): [some_text(dice) for _ in range(dice.choice((1, 1, 1, 2, 3)))]
        for _ in range(dice.randrange(8))
    }
    return path, query, form


def test_it_judges_as_the_carriers_own_validator_does_and_no_mutant_passes() -> None:
    dice = random.Random(95519)
    bases = (BASE, "http://127.0.0.1:5000", "https://h.example.com:8443", "https://h.example.com/x")
    accepted = refused = 0
    for _ in range(4000):
        base = dice.choice(bases)
        seal, official = Seal([TOKEN], base), RequestValidator(TOKEN)
        path, query, form = some_request(dice)
        url = base + path + (f"?{query}" if query else "")
        fields = MultiDict((name, value) for name in form for value in form[name])
        signature = official.compute_signature(url, fields)
        assert seal.is_genuine(path, query.encode(), form, None, signature)

        mutant_path, mutant_query, mutant_form = path, query, {k: [*v] for k, v in form.items()}
        mutant = signature
        match dice.randrange(6):
            case 0:
                at = dice.randrange(len(signature))
                flipped = chr(ord(signature[at]) ^ (1 << dice.randrange(7)))
                mutant = signature[:at] + flipped + signature[at + 1 :]
            case 1:
                mutant_path += dice.choice("/x%")
            case 2:
                mutant_query += "&a=1" if query else "a=1"
            case 3:
                mutant_form[some_text(dice) + "New"] = [some_text(dice)]
            case 4 if form:
                name = dice.choice(sorted(form))
                mutant_form[name][0] += "0"
            case _:
                mutant = some_text(dice, 40)
        expected = official.validate(
            base + mutant_path + (f"?{mutant_query}" if mutant_query else ""),
            MultiDict((name, value) for name in mutant_form for value in mutant_form[name]),
            mutant,
        )
        found = seal.is_genuine(mutant_path, mutant_query.encode(), mutant_form, None, mutant)
        assert found == expected
        assert not found
        accepted, refused = accepted + 1, refused + (not found)
    assert accepted == refused == 4000


def test_two_thousand_mutants_of_one_request_are_refused_at_the_door(door: Hotline) -> None:
    dice = random.Random(2026)
    form = form_for(INCOMING) | {"SpeechResult": "我想找人"}
    body = urlencode(form).encode()
    signature = sign(TOKEN, BASE + INCOMING, form)
    assert door.carrier.send(INCOMING, body, signature).status_code == 200
    before = door.fingerprint()
    for _ in range(2000):
        raw = bytearray(body)
        for _ in range(dice.choice((1, 1, 2, 8))):
            at = dice.randrange(len(raw))
            match dice.randrange(3):
                case 0:
                    raw[at] ^= 1 << dice.randrange(8)
                case 1:
                    del raw[at]
                case _:
                    raw.insert(at, dice.randrange(256))
        answer = door.carrier.send(INCOMING, bytes(raw), signature)
        if answer.status_code == 200:  # Another spelling of the same form, such as + for %20.
            assert dict(parsed(bytes(raw))) == form
        else:
            assert answer.status_code == 403
    assert door.fingerprint() == before


def parsed(body: bytes) -> MultiDict[str, str]:
    builder = EnvironBuilder(method="POST", data=body, content_type=FORM)
    return MultiDict(Request(builder.get_environ()).form)
