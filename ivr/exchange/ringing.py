"""Ringing a phone: from the order to call it to its answer, its refusal or its silence."""

from __future__ import annotations

from typing import Final

from ivr.exchange.call import Call
from ivr.exchange.ids import is_number
from ivr.exchange.states import CallStatus, Cause
from ivr.exchange.transcript import Kind
from ivr.exchange.world import World

QUEUED_S: Final = 0.05
DIALLING_S: Final = 0.3
TIMEOUT_BUFFER_S: Final = 5
"""The carrier adds this to the time-out of a call that was placed by REST."""


async def ring(world: World, call: Call, timeout_s: float) -> bool:
    """Ring the phone of *call*; answers whether it was picked up.

    A phone that nobody switched on fails at once when it is a number or a SIP address. A
    browser that is not registered counts as not answering, also at once.
    """
    clock = world.services.clock
    call.write(Kind.DIALLED, call.to, direction=call.direction)
    await clock.sleep(QUEUED_S)
    if call.ended:
        return False  # Called off while it was queued, of which nobody is told.
    call.dialled = True
    for report in call.on_progress:
        report(call, "initiated")
    await clock.sleep(DIALLING_S)
    phone = world.phones.find(call.phone)
    if call.ended:
        return False
    if phone is None:
        is_browser = call.phone.startswith("client:")
        call.end(CallStatus.NO_ANSWER if is_browser else CallStatus.FAILED, Cause.UNREACHABLE)
        return False
    if phone.busy or (is_number(call.phone) and world.in_another_call(call)):
        call.end(CallStatus.BUSY, Cause.BUSY)
        return False
    call.set_status(CallStatus.RINGING, "ringing")
    call.write(Kind.RINGING, call.phone, auto_answer_s=phone.auto_answer_s)
    if phone.auto_answer_s is not None and phone.auto_answer_s < timeout_s:
        await _auto_answer(world, call, phone.auto_answer_s)
        timeout_s -= phone.auto_answer_s
    await clock.wait(call.answered_or_over, timeout_s)
    if not call.answered.is_set():
        call.end(CallStatus.NO_ANSWER, Cause.NOT_ANSWERED)
    return call.status is CallStatus.IN_PROGRESS


async def _auto_answer(world: World, call: Call, seconds: float) -> None:
    await world.services.clock.wait(call.answered_or_over, seconds)
    # A browser that is in a call lets the next one ring on without showing it.
    if not world.in_another_call(call):
        call.answer()
