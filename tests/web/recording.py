"""One call from the first ring to the survey, webhook by webhook, to be played in any order."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from werkzeug.test import TestResponse

from ivr.flows import agents
from tests.web.hotline import Hotline, new_sid, next_path, webhook

CALLER_TABLES = (
    "call", "queued_call", "offer", "survey", "complaint", "call_back", "place_in_line", "agent",
    "idle_agent", "due", "call_event", "command",
)  # fmt: skip


@dataclass(frozen=True)
class Step:
    """A webhook of the call.

    Attributes:
        path, form: ``{offer}``, ``{leg}`` and ``{survey}`` are filled in when the step is taken.
        is_asked: the carrier waits for the answer, so what follows cannot come before it.
        after_s: seconds between the step before and this one.
    """

    path: str
    form: dict[str, str]
    is_asked: bool = False
    after_s: float = 0.0


class Performance:
    """The call, played once on a hotline whose agent is ready."""

    def __init__(self, hotline: Hotline) -> None:
        self.hotline = hotline
        self.caller, self.room = new_sid(), new_sid("CF")
        self._known: dict[str, str] = {}
        agents.sign_in(hotline.house, "1001", hotline.settings.now())
        agents.set_ready(hotline.house, "1001", hotline.settings.now())

    def steps(self) -> list[Step]:
        """The call in its natural order."""
        caller = {"CallSid": self.caller}
        leg = {
            "CallSid": "{leg}",
            "Direction": "outbound-api",
            "From": "{hotline}",
            "To": "client:li",
        }

        def report(number: int, status: str) -> Step:
            form = leg | {"CallStatus": status, "SequenceNumber": str(number)}
            return Step("/voice/agent/{offer}/status", form, after_s=1)

        def room(number: int, kind: str, label: str, after_s: float = 0.5, **more: str) -> Step:
            form = caller if label == "caller" else leg
            form = form | {
                "ConferenceSid": self.room,
                "StatusCallbackEvent": f"participant-{kind}",
                "ParticipantLabel": label,
                "SequenceNumber": str(number),
            }
            return Step("/voice/conference", form | more, after_s=after_s)

        return [
            Step("/voice/incoming", caller | {"CallStatus": "ringing"}, is_asked=True),
            Step("/voice/turn/1", caller | {"Digits": "2"}, is_asked=True, after_s=6),
            report(0, "initiated"),
            report(1, "ringing"),
            Step("/voice/agent/{offer}", leg, is_asked=True, after_s=3),
            report(2, "in-progress"),
            room(1, "join", "caller"),
            room(2, "join", "agent-{offer}"),
            room(3, "leave", "agent-{offer}", 60, ParticipantCallStatus="completed"),
            report(3, "completed"),
            Step("/voice/resume", caller, is_asked=True, after_s=1),
            Step("/voice/turn/{survey}", caller | {"Digits": "1"}, is_asked=True, after_s=5),
            Step(
                "/voice/status",
                caller | {"CallStatus": "completed", "SequenceNumber": "3"},
                after_s=4,
            ),
        ]

    def take(self, step: Step) -> TestResponse:
        """Deliver *step* once, and let the clock's process send what follows from it."""
        path, form = self.filled(step)
        response = self.hotline.post(path, form)
        self.learn(step, response)
        return response

    def learn(self, step: Step, response: TestResponse) -> None:
        """What later steps need to know, and the commands that this one gave rise to."""
        self.hotline.send_commands()
        if step.path == "/voice/resume" and "survey" not in self._known:
            path = next_path(response.get_data(as_text=True))
            self._known["survey"] = path.rsplit("/", 1)[1]

    def filled(self, step: Step) -> tuple[str, dict[str, str]]:
        offers = self.hotline.rows("offer")
        offer = str(offers[-1]["id"]) if offers else "0"
        leg = offers[-1]["leg_sid"] if offers else None
        names = {"offer": offer, "leg": leg or "CA" + "d" * 32, "hotline": "+861000095519"}
        names |= {"survey": "0"} | self._known
        form = {name: value.format(**names) for name, value in step.form.items()}
        sid = form.pop("CallSid")
        return step.path.format(**names), webhook(sid, **form)

    def outcome(self) -> dict[str, Any]:
        """Everything that is kept of the call, without keys and instants."""
        return {table: self._plain(table) for table in CALLER_TABLES}

    def _plain(self, table: str) -> list[dict[str, Any]]:
        hidden = {"id", "sid", "room", "call_id", "offer_id", "agent_id", "ref_id", "leg_sid",
                  "rank", "idle_since", "answer", "state_since"}  # fmt: skip
        plain = []
        for row in self.hotline.rows(table):
            kept = {
                name: (value is not None) if name == "at" or name.endswith("_at") else value
                for name, value in row.items()
                if name not in hidden
            }
            for name in ("state", "detail"):
                if isinstance(kept.get(name), dict):
                    kept[name] = {
                        k: v
                        for k, v in kept[name].items()
                        if not k.endswith("_at") and k not in {"offer", "agent"}
                    }
            plain.append(kept)
        return plain


def shuffled(steps: list[Step], times: int, dice: random.Random) -> list[int]:
    """An order in which a carrier may deliver *steps*, each of them *times* times.

    What the carrier waits for comes first in its place; a report may be late, and overtake or
    be overtaken; and everything may come again at any time after it came first.
    """
    # Where a report may come first: not before what it reports, nor after what follows from it.
    asked = [at for at, step in enumerate(steps) if step.is_asked]
    keys = []
    for at, step in enumerate(steps):
        if step.is_asked:
            keys.append(float(at))
            continue
        before = max((a for a in asked if a < at), default=-1)
        late = len(steps) if _may_be_late(step) else next((a for a in asked if a > at), len(steps))
        keys.append(dice.uniform(before + 0.01, late - 0.01))
    order = sorted(range(len(steps)), key=lambda at: keys[at])
    for at in range(len(steps)):
        for _ in range(times - 1):
            order.insert(dice.randrange(order.index(at) + 1, len(order) + 1), at)
    return order


def _may_be_late(step: Step) -> bool:
    """Reports of which nothing follows may come even after the call."""
    status, kind = step.form.get("CallStatus", ""), step.form.get("StatusCallbackEvent", "")
    return status in {"initiated", "ringing", "in-progress"} or kind == "participant-join"
