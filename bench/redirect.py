"""From the agent's "accept" to the command that fetches the caller: our part of the silence."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final

from bench.carrier import Step, form_of, new_sid, send, webhook_bytes, whole_call
from bench.figures import Goal, Sample, Section
from bench.recorder import Command, Recorder, recorder
from bench.scene import Pair, Scene, Server, running
from ivr.config import Settings
from ivr.flows import agents
from ivr.flows.clockwork import OUTBOX_POLL_S
from ivr.flows.house import open_house
from ivr.flows.roster import Centre, Roster, RosterAgent, SkillGroup, load_roster
from ivr.store import open_store

MILLISECONDS: Final = 1e3
# On average half a round is waited out; the rest is the accept itself and the command's way.
ROUNDS_AT_MOST: Final = {50: 2.0, 90: 3.0}
# Each of the clock's senders connects for its first command, and one loads the client.
WARM_UP: Final = 12
OVER: Final = {"SequenceNumber": "0", "CallDuration": "9"}


def measure(pair: Pair, *, samples: int, on_round: Callable[[int], None]) -> Section:
    """*samples* calls, one after the other, each taken by an agent of its own."""
    scene = pair.scene
    answered: list[float] = []
    sent: list[float] = []
    with (
        recorder() as carrier,
        _agents_ready(scene, samples + WARM_UP),
        running(
            [sys.executable, "-m", "ivr", "clock"],
            {
                **scene.environment,
                "TWILIO_API_BASE_URL": f"http://127.0.0.1:{carrier.port}",
            },
        ),
    ):
        for number in range(samples + WARM_UP):
            on_round(number)
            times = _one_call(scene, pair.product, carrier)
            if number >= WARM_UP:
                answered.append(times[0])
                sent.append(times[1])
    return _section(scene, Sample(answered), Sample(sent))


def _one_call(scene: Scene, server: Server, carrier: Recorder) -> tuple[float, float]:
    """Seconds from the agent's accept to our answer to it, and to the caller's redirect."""

    def ask(raw: bytes) -> float:
        asyncio.run(send(server.port, raw))
        return time.perf_counter()

    caller = scene.caller()
    incoming, menu, choose, _, _ = whole_call(caller)
    assert (incoming.step, menu.step, choose.step) == (Step.INCOMING, Step.MENU, Step.CHOOSE)
    sid = _sid_in(incoming.raw)
    ask(incoming.raw)
    ask(webhook_bytes("/voice/turn/1", form_of(sid, caller, "in-progress", Digits="0")))
    ring = _next(carrier, lambda command: command.rings_agent)
    accept = webhook_bytes(
        "/voice" + ring.form["Url"].partition("/voice")[2],
        form_of(ring.call_sid, caller, "in-progress") | {"Direction": "outbound-api"},
    )
    # A person takes time to answer, and does so at any moment of the clock's round.
    time.sleep(scene.random.uniform(2, 4) * OUTBOX_POLL_S)
    begun = time.perf_counter()
    done = ask(accept)
    redirect = _next(carrier, lambda command: command.call_sid == sid)
    over = form_of(sid, caller, "completed", **OVER)
    ask(webhook_bytes("/voice/status", over))
    return done - begun, redirect.at - begun


def _sid_in(raw: bytes) -> str:
    return raw.partition(b"CallSid=")[2][:34].decode()


def _next(carrier: Recorder, is_it: Callable[[Command], bool]) -> Command:
    """The next command of a kind; ends of earlier agents' legs may come between."""
    while not is_it(command := carrier.next()):
        pass
    return command


@contextmanager
def _agents_ready(scene: Scene, number: int) -> Iterator[None]:
    """So many agents, ready for a call each, who afterwards go home."""
    names = [f"b{n}-{new_sid()[2:8]}" for n in range(number)]
    roster = Roster(
        centres=[Centre(code="bench", name="测")],
        skill_groups=[SkillGroup(code=code, name=code) for code in ("elder", "general")],
        agents=[
            RosterAgent(
                agent_no=name,
                surname="测",
                centre="bench",
                endpoint=f"client:{name.replace('-', '_')}",
                skills={"elder": 3, "general": 3},
            )
            for name in names
        ],
    )
    store = open_store(scene.database_url)
    load_roster(store, roster, datetime.now(UTC))
    store.close()
    house = open_house(Settings(database_url=scene.database_url, practice=True))
    try:
        for name in names:
            now = datetime.now(UTC)
            agents.sign_in(house, name, now)
            agents.set_ready(house, name, now)
        yield
    finally:
        house.store.close()


def _section(scene: Scene, answered: Sample, sent: Sample) -> Section:
    poll_ms = OUTBOX_POLL_S * MILLISECONDS
    rows = tuple(
        (
            name,
            f"{len(sample.values)}",
            *(f"{sample.percentile(p) * MILLISECONDS:.1f}" for p in (50, 90, 99)),
        )
        for name, sample in (("our answer to the agent", answered), ("caller's redirect", sent))
    )
    return Section(
        f"From the agent's accept, on {scene.name}, ms",
        ("until", "number", "p50", "p90", "p99"),
        (*rows, ("the clock looks every", "", f"{poll_ms:g}", "", "")),
        tuple(
            Goal(
                f"{scene.name}, caller's redirect, p{per_cent} against the clock's round",
                sent.percentile(per_cent) / OUTBOX_POLL_S,
                rounds,
            )
            for per_cent, rounds in ROUNDS_AT_MOST.items()
        ),
        'From sending the webhook "the agent\'s phone was answered" to the arrival of the'
        " caller's redirect at the carrier; the clock is a process of its own.",
        {"answered_s": sorted(answered.values), "sent_s": sorted(sent.values)},
    )
