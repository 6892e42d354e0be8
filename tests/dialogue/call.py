"""A call to the dialogue alone: what a caller does in, what they hear out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ivr.dialogue import (
    Caller,
    Effect,
    Event,
    HangUp,
    Heard,
    Intent,
    KeysPressed,
    Listen,
    Menu,
    Music,
    Segment,
    Silence,
    Speak,
    State,
    StillWaiting,
    WaitFacts,
    load_menu,
    owe_receipt,
    start,
    step,
    turn_seconds,
)

MORNING = datetime(2026, 11, 22, 1, 30, tzinfo=UTC)  # half past nine in China
NETWORK_S = 0.75  # response_latency


class Call:
    """One call. Every method answers with the call itself, so that a script reads on."""

    def __init__(
        self,
        segment: Segment = Segment.ELDER,
        *,
        speech: bool = False,
        night: bool = False,
        tail: str | None = "0018",
        menu: Menu | None = None,
        at: datetime = MORNING,
    ) -> None:
        self.menu = menu or load_menu()
        self.now = at
        self.turn = start(self.menu, Caller(segment, speech, night, tail), at)
        self.effects: list[Effect] = list(self.turn.effects)

    def happens(self, event: Event, after_s: float | None = None) -> Call:
        """*event* comes *after_s* seconds after the last one (default: when the turn is over)."""
        if after_s is None:
            after_s = turn_seconds(self.turn.instructions) + NETWORK_S
        self.now += timedelta(seconds=after_s)
        self.turn = step(self.menu, self.turn.state, event, self.now)
        self.effects += self.turn.effects
        return self

    def presses(self, keys: str, after_s: float = 5.0) -> Call:
        return self.happens(KeysPressed(keys), after_s)

    def is_silent(self) -> Call:
        return self.happens(Silence())

    def says(self, intent: str, **noticed: bool) -> Call:
        return self.happens(Heard(Intent(intent), **noticed))

    def waits(
        self,
        position: int | None = 3,
        estimate_s: float | None = 170.0,
        *,
        on_duty: bool = True,
        after_s: float | None = None,
    ) -> Call:
        facts = WaitFacts(position, estimate_s, 0.0, on_duty)
        return self.happens(StillWaiting(facts), after_s)

    def is_told(self, number: str) -> Call:
        """The flow filed the complaint and owes its number."""
        self.turn = type(self.turn)(owe_receipt(self.state, number), self.turn.instructions)
        return self

    @property
    def state(self) -> State:
        return self.turn.state

    @property
    def prompts(self) -> list[str]:
        return [i.prompt for i in self.turn.instructions if isinstance(i, Speak)]

    @property
    def words(self) -> str:
        return "".join(i.text for i in self.turn.instructions if isinstance(i, Speak))

    @property
    def listens(self) -> Listen:
        return next(i for i in self.turn.instructions if isinstance(i, Listen))

    @property
    def music_s(self) -> int:
        return sum(i.seconds for i in self.turn.instructions if isinstance(i, Music))

    @property
    def is_over(self) -> bool:
        return any(isinstance(i, HangUp) for i in self.turn.instructions)

    @property
    def lead_s(self) -> float:
        """Silence before the first words of the turn."""
        first = next(i for i in self.turn.instructions if isinstance(i, Speak)).clauses[0]
        return 0.0 if first.text else first.pause_after_s
