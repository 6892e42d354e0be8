"""Documents that only entertain: hold music, waiting music and announcements.

The carrier allows Play, Say, Pause and Redirect there. When the document runs out of verbs,
silence follows; only a Redirect makes it go on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Final
from xml.etree.ElementTree import Element

from ivr.exchange.call import Call
from ivr.exchange.delivery import Webhook
from ivr.exchange.faults import CarrierFault, Fault
from ivr.exchange.media.sound import pause, play, play_audio, say, warn
from ivr.exchange.misbehaviour import On
from ivr.exchange.reports import call_params
from ivr.exchange.twiml import Attributes, Document, read_answer, resolve

CARRIER_MUSIC: Final = "(hold music)"
CARRIER_MUSIC_S: Final = 60.0

Extra = Callable[[Element], Awaitable[bool]]
"""Handles further verbs; answers whether the document goes on after them."""


async def fetch(call: Call, url: str, method: str, params: Mapping[str, str]) -> Document:
    """Fetch a document for *call*.

    Raises:
        CarrierFault: there is none, or it is of no use.
    """
    answer = await call.services.webhooks.fetch(
        Webhook(
            url,
            frozenset({On.VOICE}),
            call_params(call) | dict(params),
            method,
            call.sid,
            call.jar,
        )
    )
    document = read_answer(answer.content_type, answer.body, answer.url)
    for fault in document.warnings:
        warn(call, fault)
    return document


async def carrier_music(call: Call) -> None:
    """What plays when nobody has chosen anything else; it never ends."""
    while True:
        await play_audio(call, CARRIER_MUSIC, CARRIER_MUSIC_S)


async def entertain(
    call: Call,
    url: str,
    method: str,
    params: Callable[[], Mapping[str, str]],
    extra: Extra | None = None,
) -> None:
    """Play the document at *url*, following redirections, until it has no more verbs.

    Args:
        params: what each request carries beyond the call's own parameters.
        extra: handles verbs beyond the four that are allowed everywhere.

    Raises:
        CarrierFault: the first document cannot be had. Later ones only leave silence.
    """
    document: Document | None = await fetch(call, url, method, params())
    while document is not None:
        document = await _play_through(call, document, params, extra)


async def _play_through(
    call: Call,
    document: Document,
    params: Callable[[], Mapping[str, str]],
    extra: Extra | None,
) -> Document | None:
    if document.audio_s is not None:
        await play_audio(call, document.base_url or "", document.audio_s)
        return None
    for element in document.verbs:
        match element.tag:
            case "Say":
                await say(call, element)
            case "Play":
                await play(call, element, document.base_url)
            case "Pause":
                await pause(call, element)
            case "Redirect":
                return await _redirected(call, element, document, params)
            case _ if extra is not None:
                if not await extra(element):
                    return None
            case _:
                warn(call, Fault(13238, f"<{element.tag}>"))
                return None
    return None


async def _redirected(
    call: Call,
    element: Element,
    document: Document,
    params: Callable[[], Mapping[str, str]],
) -> Document | None:
    # A document that only redirects to itself would otherwise spin without ever waiting.
    await asyncio.sleep(0)
    try:
        url = resolve(document.base_url, (element.text or "").strip())
        return await fetch(call, url, Attributes(element).method(code=13710), params())
    except CarrierFault as problem:
        warn(call, problem.fault)
        return None
