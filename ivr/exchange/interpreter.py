"""Executing TwiML on a leg: fetch a document, perform its verbs, follow where they lead."""

from __future__ import annotations

import asyncio
from typing import Final
from xml.etree.ElementTree import Element

from ivr.exchange.call import Call, Source
from ivr.exchange.delivery import Webhook
from ivr.exchange.faults import CarrierFault
from ivr.exchange.media.sound import pause, play, play_audio, say, take_time, warn
from ivr.exchange.reports import call_params
from ivr.exchange.states import CallStatus, Cause
from ivr.exchange.transcript import Kind
from ivr.exchange.twiml import Document, parse, read_answer
from ivr.exchange.verbs.connect import connect
from ivr.exchange.verbs.dial import dial
from ivr.exchange.verbs.enqueue import enqueue
from ivr.exchange.verbs.gather import gather
from ivr.exchange.verbs.record import record
from ivr.exchange.verbs.script import GATHERED, WEBHOOKS, Outcome, Script, Then
from ivr.exchange.verbs.simple import redirect, reject
from ivr.exchange.world import World

SORRY: Final = "We are sorry, an application error has occurred. Goodbye."
SORRY_S: Final = 4.0


async def run(world: World, call: Call, source: Source) -> bool:
    """Execute *source* and everything it leads to.

    Returns:
        False when a document hung up or failed for good, True when the verbs ran out.
    """
    following: Outcome = source
    try:
        while isinstance(following, Source):
            following = await _execute(world, call, following)
    except CarrierFault as problem:
        await _give_up(call, problem)
        return False
    return following is Then.NEXT


async def _execute(world: World, call: Call, source: Source) -> Outcome:
    """One document; an error while it is executed leads to the fallback, as one in fetching."""
    try:
        document = await _load(call, source)
        return await _perform_all(Script(world, call, document.base_url), document)
    except CarrierFault as problem:
        fallback, call.fallback = call.fallback, None
        if fallback is None:
            raise
        warn(call, problem.fault)
        params = {"ErrorCode": str(problem.fault.code), "ErrorUrl": problem.url or source.url}
        document = await _load(call, Source(fallback.url, fallback.method, params))
        call.fallback = fallback
        return await _perform_all(Script(world, call, document.base_url), document)


async def _load(call: Call, source: Source) -> Document:
    if source.twiml is not None:
        document = parse(source.twiml.encode(), None)
    else:
        kinds = GATHERED if source.is_gather else WEBHOOKS
        params = call_params(call) | dict(source.params)
        answer = await call.services.webhooks.fetch(
            Webhook(source.url, kinds, params, source.method, call.sid, call.jar)
        )
        document = read_answer(answer.content_type, answer.body, answer.url)
    for fault in document.warnings:
        warn(call, fault)
    return document


async def _perform_all(script: Script, document: Document) -> Outcome:
    # A document that only redirects to itself would otherwise never let anybody else run.
    await asyncio.sleep(0)
    if document.audio_s is not None:
        script.call.answer()
        await play_audio(script.call, document.base_url or "", document.audio_s)
        return Then.HANG_UP
    for position, element in enumerate(document.verbs):
        if element.tag == "Reject" and script.call.status is CallStatus.RINGING and not position:
            return reject(script, element)
        if element.tag != "Dial":
            script.call.answer()  # A Dial with answerOnBridge lets the caller hear ringing.
        outcome = await _perform(script, element)
        if outcome is not Then.NEXT:
            return outcome
    script.call.answer()
    return Then.NEXT


async def _perform(script: Script, element: Element) -> Outcome:
    match element.tag:
        case "Say":
            await say(script.call, element)
        case "Play":
            await play(script.call, element, script.base_url)
        case "Pause":
            await pause(script.call, element)
        case "Gather":
            return await gather(script, element)
        case "Redirect":
            return redirect(script, element)
        case "Dial":
            return await dial(script, element)
        case "Connect":
            return await connect(script, element)
        case "Record":
            return await record(script, element)
        case "Enqueue":
            return await enqueue(script, element)
        case "Hangup" | "Reject":
            return Then.HANG_UP
    return Then.NEXT


async def _give_up(call: Call, problem: CarrierFault) -> None:
    """Nothing is left to execute: the caller hears the carrier's sentence, and that is all."""
    warn(call, problem.fault)
    call.answer()
    entry = call.services.transcript.add(
        call.sid, Kind.ERROR, SORRY, code=problem.fault.code, seconds=SORRY_S
    )
    with call.busy("say"):
        await take_time(call, entry, SORRY_S)
    call.end(CallStatus.COMPLETED, Cause.APPLICATION_ERROR)
