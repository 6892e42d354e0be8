"""What people do with their phones."""

from __future__ import annotations

from typing import Final

from ivr.exchange.call import Call, Progress, Source
from ivr.exchange.faults import BadRequest, Fault
from ivr.exchange.lengths import words_seconds
from ivr.exchange.media.sound import warn
from ivr.exchange.mulaw import BYTES_PER_S
from ivr.exchange.states import CallStatus, Cause, Direction
from ivr.exchange.transcript import Kind
from ivr.exchange.verbs.gather import KEYS
from ivr.exchange.world import World

TONE_S: Final = 0.1
WAIT_S: Final = 0.5
MOST_KEYS: Final = 64
SHORTEST_WORD_S: Final = 0.3


def dial(world: World, from_: str, to: str) -> Call:
    """Somebody rings the hotline.

    Raises:
        BadRequest: *to* is not one of the hotline's numbers.
    """
    settings = world.services.settings
    to = to or settings.numbers[0]
    if to not in settings.numbers:
        raise BadRequest(
            f"{to} 不是热线号码。",
            f"{to} is no number of the hotline. Dial one of {', '.join(settings.numbers)}.",
        )
    if not from_:
        raise BadRequest("缺少主叫号码 from。", "Who is calling? Give from.")
    world.phones.seen(from_)
    call = world.new_call(Direction.INBOUND, from_, to, from_)
    call.write(Kind.DIALLED, to, direction=Direction.INBOUND)
    call.set_status(CallStatus.RINGING, "ringing")
    if settings.status_url:
        call.progress = Progress(settings.status_url)
    if settings.fallback_url:
        call.fallback = Source(settings.fallback_url)
    if settings.voice_url:
        call.start(Source(settings.voice_url))
    else:
        warn(call, Fault(11200, "the number has no voice URL"))
        call.end(CallStatus.FAILED, Cause.APPLICATION_ERROR)
    return call


async def press(world: World, call: Call, digits: str) -> None:
    """Press keys one after another; what nobody listens to is lost, as in life.

    Raises:
        BadRequest: the call is not answered, or there is no such key.
    """
    _require(call, CallStatus.IN_PROGRESS)
    if not digits or len(digits) > MOST_KEYS or set(digits) - KEYS - {"w"}:
        raise BadRequest(
            "按键只能是 0-9、*、#、A-D，w 表示等半秒。",
            "Keys are 0-9, *, # and A-D; w waits half a second.",
        )
    for position, digit in enumerate(digits):
        if digit == "w":
            await world.services.clock.sleep(WAIT_S)
            continue
        if position:
            await world.services.clock.sleep(TONE_S)
        if call.ended:
            return
        entry = world.services.transcript.add(call.sid, Kind.PRESSED, digit)
        entry.detail["lost"] = not (call.ear is not None and call.ear.key(digit))


def talk(call: Call, text: str, audio: bytes | None = None) -> None:
    """Say something.

    Args:
        audio: the sound of it, µ-law at 8 kHz, for media streams; its length counts then.

    Raises:
        BadRequest: the call is not answered, or nothing is said.
    """
    _require(call, CallStatus.IN_PROGRESS)
    if not text and not audio:
        raise BadRequest("没有要说的内容。", "Nothing to say: give text.")
    seconds = max(words_seconds(text), SHORTEST_WORD_S)
    if audio:
        seconds = len(audio) / BYTES_PER_S
    call.write(Kind.TALKED, text, seconds=round(seconds, 2))
    if call.ear is not None:
        call.ear.talk(text, seconds, audio)
    if call.heard_by is not None:
        call.heard_by(text, seconds)


def answer(world: World, call: Call) -> None:
    """Pick up a ringing phone.

    Raises:
        BadRequest: it does not ring, or it is in another call.
    """
    _require_ringing_phone(call)
    if world.in_another_call(call):
        raise BadRequest("这部话机正在另一通电话中。", "This phone is in another call.", status=409)
    call.answer()


def reject(call: Call) -> None:
    """Refuse a ringing call; the caller gets a busy tone.

    Raises:
        BadRequest: the phone does not ring.
    """
    _require_ringing_phone(call)
    call.end(CallStatus.BUSY, Cause.BUSY)


def hang_up(call: Call) -> None:
    """Put the receiver down; on a ringing phone that refuses the call.

    Raises:
        BadRequest: the call is over.
    """
    if call.ended:
        raise _over()
    if call.status is CallStatus.IN_PROGRESS:
        call.end(CallStatus.COMPLETED, Cause.HUNG_UP)
    elif call.direction is Direction.INBOUND:
        call.end(CallStatus.NO_ANSWER, Cause.HUNG_UP)
    else:
        call.end(CallStatus.BUSY, Cause.BUSY)


def lose(call: Call) -> None:
    """The phone loses the network: the leg fails without a goodbye.

    Raises:
        BadRequest: the call is over.
    """
    if call.ended:
        raise _over()
    call.end(CallStatus.FAILED, Cause.LOST)


def _require_ringing_phone(call: Call) -> None:
    if call.direction is Direction.INBOUND:
        raise BadRequest(
            "这是打进热线的电话，由热线接听。", "The hotline answers this call, not the phone."
        )
    _require(call, CallStatus.RINGING)


def _require(call: Call, status: CallStatus) -> None:
    if call.ended:
        raise _over()
    if call.status is not status:
        raise BadRequest(
            f"通话状态是 {call.status}，不是 {status}。",
            f"The call is {call.status}, not {status}. Wait for it.",
            status=409,
        )


def _over() -> BadRequest:
    return BadRequest("通话已经结束。", "The call is over.", status=409)
