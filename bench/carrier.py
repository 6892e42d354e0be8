"""The carrier's side: calls as it reports them, signed beforehand, and two ways to send."""

from __future__ import annotations

import asyncio
import random
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import urlencode, urlsplit

from bench.figures import CannotMeasure
from ivr.config import PRACTICE_ACCOUNT, PRACTICE_TOKEN
from ivr.exchange.signature import sign

# What both servers believe to be called, so that one signature suits them both.
BASE_URL: Final = "http://hotline.test"
HOTLINE: Final = "+861000095519"
SIMULTANEOUS: Final = 8
TIMEOUT_S: Final = 20.0

# How long a caller takes from one webhook to the next. Longer than the time in which a second
# key counts as a slip of the finger (dtmf_guard in ivr_limits.csv).
THINKING_S: Final = 0.6


MUSIC: Final = b"/voice/music/"  # Who hears it is in the line.


class Step(StrEnum):
    """The webhooks of one call, in order."""

    INCOMING = "incoming call"
    MENU = "menu turn (9: once more)"
    CHOOSE = "key 0: into the line"
    WAIT = "waiting, once round"
    HANG_UP = "hang-up"


@dataclass(frozen=True, slots=True)
class Webhook:
    """A request, ready to be written to a connection.

    Attributes:
        leads_to: what the product's answer has to hold; a caller who is put off is no answer.
    """

    step: Step
    raw: bytes
    leads_to: bytes


def webhook_bytes(path: str, form: dict[str, str]) -> bytes:
    """The request, signed, on a connection of its own."""
    body = urlencode(form).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {urlsplit(BASE_URL).netloc}\r\n"
        "User-Agent: TwilioProxy/1.1\r\nAccept: */*\r\nConnection: close\r\n"
        "Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\n"
        f"X-Twilio-Signature: {sign(PRACTICE_TOKEN, BASE_URL + path, form)}\r\n"
        f"I-Twilio-Idempotency-Token: {secrets.token_hex(16)}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def new_sid() -> str:
    """A call's name."""
    return f"CA{secrets.token_hex(16)}"


def form_of(sid: str, caller: str, status: str, **more: str) -> dict[str, str]:
    """What the carrier sends with every webhook of an inbound call."""
    ends = {
        f"{end}{part}": value
        for end in ("From", "To", "Caller", "Called")
        for part, value in (("City", ""), ("State", ""), ("Zip", ""), ("Country", "CN"))
    }
    return {
        "AccountSid": PRACTICE_ACCOUNT,
        "ApiVersion": "2010-04-01",
        "CallSid": sid,
        "CallStatus": status,
        "Direction": "inbound",
        "From": caller,
        "To": HOTLINE,
        "Caller": caller,
        "Called": HOTLINE,
        **ends,
        **more,
    }


def whole_call(caller: str) -> list[Webhook]:
    """All webhooks of a call from *caller* that no agent is there to take."""
    sid = new_sid()

    def turn(step: Step, number: int, keys: str, leads_to: bytes) -> Webhook:
        form = form_of(sid, caller, "in-progress", Digits=keys, FinishedOnKey="", msg="Gather End")
        return Webhook(step, webhook_bytes(f"/voice/turn/{number}", form), leads_to)

    ringing = form_of(sid, caller, "ringing")
    over = {"SequenceNumber": "0", "CallbackSource": "call-progress-events", "CallDuration": "42"}
    return [
        Webhook(Step.INCOMING, webhook_bytes("/voice/incoming", ringing), b"/voice/turn/1"),
        turn(Step.MENU, 1, "9", b"/voice/turn/2"),
        turn(Step.CHOOSE, 2, "0", b"/voice/turn/3"),
        turn(Step.WAIT, 3, "", MUSIC),
        Webhook(
            Step.HANG_UP,
            webhook_bytes("/voice/status", form_of(sid, caller, "completed", **over)),
            b"<Response",
        ),
    ]


async def send(port: int, raw: bytes) -> bytes:
    """Send one webhook on a new connection, as the carrier does; gives the answer's body.

    Raises:
        CannotMeasure: the status is not 200.
    """
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(raw)
        answer = await asyncio.wait_for(reader.read(), TIMEOUT_S)
    finally:
        writer.close()
    head, _, body = answer.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        said = head.partition(b"\r\n")[0].decode("latin-1") or "a closed connection"
        raise CannotMeasure(f"A webhook was answered with {said}.")
    return body


async def _closed_loop(port: int, webhooks: Sequence[Webhook]) -> list[bytes]:
    answers: list[bytes] = []
    waiting = iter(webhooks)

    async def one_after_the_other() -> None:
        for webhook in waiting:
            answers.append(await send(port, webhook.raw))

    await asyncio.gather(*(one_after_the_other() for _ in range(SIMULTANEOUS)))
    return answers


def closed_loop(port: int, webhooks: Sequence[Webhook]) -> list[bytes]:
    """Send all, eight at a time: for the cost, not for the time it takes. Gives the answers."""
    return asyncio.run(_closed_loop(port, webhooks))


@dataclass(frozen=True, slots=True)
class Taken:
    """A webhook of an open loop. *took_s*: from when it was due to the end of its answer."""

    step: Step
    took_s: float
    is_as_due: bool


async def _open_loop(
    port: int, calls: Sequence[Sequence[Webhook]], a_second: float, random_: random.Random
) -> list[Taken]:
    taken: list[Taken] = []
    begin = time.perf_counter() + 0.1

    async def call(webhooks: Sequence[Webhook], at: float) -> None:
        for webhook in webhooks:
            await asyncio.sleep(max(0.0, at - time.perf_counter()))
            answer = await send(port, webhook.raw)
            done = time.perf_counter()
            taken.append(Taken(webhook.step, done - at, webhook.leads_to in answer))
            # A caller who was made to wait presses the next key later; the schedule of
            # everybody else stands.
            at = max(at + THINKING_S, done + THINKING_S / 2)

    async with asyncio.TaskGroup() as group:
        at = begin
        for webhooks in calls:
            at += random_.expovariate(a_second / len(webhooks))
            group.create_task(call(webhooks, at))
    return taken


def open_loop(
    port: int, calls: Sequence[Sequence[Webhook]], a_second: float, seed: int
) -> list[Taken]:
    """Let the calls come as they do in life, whether the server keeps up or not.

    Args:
        a_second: webhooks, not calls.
        seed: of the moments, so that floor and product meet the same ones.
    """
    return asyncio.run(_open_loop(port, calls, a_second, random.Random(seed)))  # noqa: S311
