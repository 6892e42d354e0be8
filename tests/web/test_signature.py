"""Only the carrier is let in, and only as it signed."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask

from ivr.config import PRACTICE_TOKEN, Settings, settings
from ivr.errors import BadSetting
from ivr.exchange.signature import sign
from ivr.telephony.signature import Seal
from ivr.web.app import create_app
from ivr.web.fallback import create_fallback
from tests.web.hotline import (
    BASE,
    TOKEN,
    WEBHOOKS,
    CarrierLine,
    Hotline,
    form_for,
    settings_for,
)

INCOMING = "/voice/incoming"
each_webhook = pytest.mark.parametrize("path", WEBHOOKS)


# --- every route ---------------------------------------------------------------------------


def rules_under_voice(app: Flask) -> Iterator[Any]:
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/voice") and "POST" in (rule.methods or ()):
            yield rule


def test_every_route_of_the_carrier_is_guarded(door: Hotline) -> None:
    fallback = create_fallback(door.settings)
    for app in (door.app, fallback):
        rules = list(rules_under_voice(app))
        assert rules
        for rule in rules:
            view = app.view_functions[rule.endpoint]
            assert getattr(view, "is_guarded", False), f"{rule.rule} lets anybody in"
            assert rule.methods <= {"POST", "OPTIONS"}
    adapter = door.app.url_map.bind("hotline.example.com")
    tried = {adapter.match(path, method="POST")[0] for path in WEBHOOKS}
    assert tried == {rule.endpoint for rule in rules_under_voice(door.app)}


@each_webhook
def test_what_the_carrier_signed_is_let_in(door: Hotline, path: str) -> None:
    assert door.post(path, form_for(path)).status_code in {200, 404}


@each_webhook
def test_without_the_right_signature_nobody_is_let_in(door: Hotline, path: str) -> None:
    form = form_for(path)
    good = sign(TOKEN, BASE + path, form)
    before = door.fingerprint()
    wrong = {
        "none": "",
        "another token": sign("another", BASE + path, form),
        "the practice token": sign(PRACTICE_TOKEN, BASE + path, form),
        "no token": sign("", BASE + path, form),
        "another algorithm": base64.b64encode(sha256(good.encode()).digest()).decode(),
        "cut": good[:-1],
        "longer": good + "=",
        "twice": f"{good}, {good}",
        "spaced": f"{good[:10]} {good[10:]}",
        "other case": good.swapcase(),
        "not ASCII": "é" * 28,
        "not Latin": "签名".encode().decode("latin-1") * 5,
        "5 kB": "A" * 5000,
        "5 kB not ASCII": "ÿ" * 5000,
        "not base64": "=" * 28,
        "the query too": sign(TOKEN, f"{BASE}{path}?a=1", form),
        "another scheme": sign(TOKEN, f"http://hotline.example.com{path}", form),
        "another host": sign(TOKEN, f"https://hotline.example.org{path}", form),
        "another port": sign(TOKEN, f"https://hotline.example.com:8443{path}", form),
        "another path": sign(TOKEN, f"{BASE}/voice/other", form),
        "a slash more": sign(TOKEN, f"{BASE}{path}/", form),
        "the address alone": sign(TOKEN, BASE + path),
    }
    for what, signature in wrong.items():
        answer = door.carrier.post(path, form, signature=signature)
        assert answer.status_code == 403, what
        assert b"<Response" not in answer.data
    assert door.fingerprint() == before


def test_a_signature_for_another_path_of_ours_opens_none(door: Hotline) -> None:
    for signed in WEBHOOKS:
        form = form_for(signed)
        signature = sign(TOKEN, BASE + signed, form)
        for path in WEBHOOKS:
            if path != signed:
                answer = door.carrier.post(path, form, signature=signature)
                assert answer.status_code == 403, (signed, path)


# --- which address was signed --------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example.com"},
        {"X-Forwarded-Host": "evil.example.com", "X-Forwarded-Proto": "http"},
        {"Forwarded": "host=evil.example.com;proto=http"},
        {"X-Original-URL": "/voice/other", "X-Rewrite-URL": "/voice/other"},
        {"X-HTTP-Method-Override": "GET"},
    ],
)
def test_the_public_address_decides_and_no_header(door: Hotline, headers: dict[str, str]) -> None:
    form = form_for(INCOMING)
    for base, status in ((BASE, 200), ("https://evil.example.com", 403), ("http://localhost", 403)):
        answer = door.app.test_client().post(
            INCOMING,
            data=form,
            headers=headers | {"X-Twilio-Signature": sign(TOKEN, base + INCOMING, form)},
        )
        assert answer.status_code == status, base


def test_the_carriers_own_port_may_be_signed_or_not(door: Hotline) -> None:
    """The carrier is not of one mind whether it signs the port that goes without saying."""
    form = form_for(INCOMING)
    signature = sign(TOKEN, f"https://hotline.example.com:443{INCOMING}", form)
    assert door.carrier.post(INCOMING, form, signature=signature).status_code == 200


def test_the_path_is_checked_as_it_was_written(door: Hotline) -> None:
    written = "/voice/%69ncoming"
    form = form_for(INCOMING)
    assert door.post(written, form).status_code == 200
    signature = sign(TOKEN, BASE + INCOMING, form)
    assert door.carrier.post(written, form, signature=signature).status_code == 403


def test_a_query_is_part_of_what_is_signed(door: Hotline) -> None:
    form = form_for(INCOMING)
    assert door.post(f"{INCOMING}?centre=%E6%88%90", form).status_code == 200
    signature = sign(TOKEN, BASE + INCOMING, form)
    for query in ("?", "?a=1", "?CallSid=CA", "?\xff", "?%ff=%00"):
        answer = door.carrier.post(INCOMING + query, form, signature=signature)
        assert answer.status_code == (200 if query == "?" else 403), query


# --- which parameters were signed ----------------------------------------------------------


def test_blank_fields_are_signed_like_others(door: Hotline) -> None:
    form = form_for(INCOMING)
    signature = sign(TOKEN, BASE + INCOMING, form)
    without = {name: value for name, value in form.items() if value}
    assert without != form
    assert door.carrier.post(INCOMING, form, signature=signature).status_code == 200
    assert door.carrier.post(INCOMING, without, signature=signature).status_code == 403


def test_another_account_is_refused_though_its_signature_is_good(door: Hotline) -> None:
    for account in ("AC" + "f" * 32, "", "ac" + "0" * 31 + "1"):
        form = form_for(INCOMING) | {"AccountSid": account}
        assert door.post(INCOMING, form).status_code == 403
    form = form_for(INCOMING)
    del form["AccountSid"]
    assert door.post(INCOMING, form).status_code == 403


# --- other bodies --------------------------------------------------------------------------


def test_bodies_that_are_no_form_are_refused_even_if_they_are_signed(door: Hotline) -> None:
    form = form_for(INCOMING)
    boundary = "x" * 8
    parts = "".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in form.items()
    )
    bodies = {
        "application/json": json.dumps(form).encode(),
        "application/json; charset=utf-8": b"{",
        "text/plain": urlencode(form).encode(),
        f"multipart/form-data; boundary={boundary}": f"{parts}--{boundary}--\r\n".encode(),
        "multipart/form-data": b"",
        "application/octet-stream": b"\x00\xff" * 50,
        "": b"",
    }
    for kind, body in bodies.items():
        digest = sha256(body).hexdigest()
        for query in ("", f"?bodySHA256={digest}", "?bodySHA256=", f"?bodySHA256={'0' * 64}"):
            path = INCOMING + query
            for signature in (sign(TOKEN, BASE + path), sign(TOKEN, BASE + path, form), "x"):
                answer = door.carrier.send(path, body, signature, kind)
                assert answer.status_code == 403, (kind, query)


def test_a_signed_digest_is_held_against_the_body() -> None:
    seal = Seal([TOKEN], BASE)
    body = json.dumps({"CallSid": "x"}).encode()

    def accepted(given: bytes, query: str) -> bool:
        signature = sign(TOKEN, f"{BASE}/events?{query}")
        return seal.is_genuine("/events", query.encode(), None, given, signature)

    digest = f"bodySHA256={sha256(body).hexdigest()}"
    assert accepted(body, digest)
    assert accepted(body, digest.upper().replace("BODYSHA256", "bodySHA256"))
    assert not accepted(body + b" ", digest)
    assert not accepted(b"", digest), "a body that was taken away"
    assert not accepted(body, "a=1"), "a body that nobody signed"
    assert not accepted(body, "bodySHA256=签名".encode().decode("latin-1"))
    assert accepted(b"", "a=1")


# --- tokens --------------------------------------------------------------------------------


def test_both_tokens_count_during_a_rotation(door: Hotline) -> None:
    both = create_app(
        settings_for(door.settings.database_url).model_copy(
            update={"twilio_auth_token": ("the-new-token", TOKEN)}
        )
    )
    form = form_for(INCOMING)
    for token, status in (("the-new-token", 200), (TOKEN, 200), ("the-old-old-token", 403)):
        assert CarrierLine(both, token).post(INCOMING, form).status_code == status


def test_a_rotation_is_written_with_a_comma(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", " new-token , old-token,")
    assert Settings().twilio_auth_token == ("new-token", "old-token")


@pytest.mark.parametrize("token", [None, "", " , ", PRACTICE_TOKEN, f"real,{PRACTICE_TOKEN}"])
def test_without_a_token_of_its_own_the_hotline_does_not_start(
    monkeypatch: pytest.MonkeyPatch, token: str | None
) -> None:
    monkeypatch.setenv("PRACTICE", "false")
    if token is not None:
        monkeypatch.setenv("TWILIO_AUTH_TOKEN", token)
    settings.cache_clear()
    try:
        for start in (create_app, create_fallback):
            with pytest.raises(BadSetting, match=r"(?i)twilio_auth_token"):
                start()
    finally:
        settings.cache_clear()


def test_no_token_at_all_lets_nobody_in() -> None:
    assert not Seal([], BASE).is_genuine("/x", b"", {}, None, sign("", f"{BASE}/x", {}))
