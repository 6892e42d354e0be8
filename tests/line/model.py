"""The line as lists that are scanned: what the engine must decide, told as plainly as can be."""

from dataclasses import dataclass, field

RING, WRAP_UP = 15_000_000, 30_000_000  # Microseconds, as everything here.


@dataclass
class Waiter:
    """A caller who has entered the line; the smallest *claim* is served first."""

    claim: tuple[int, int]
    pools: tuple[str, ...]
    status: str = "waiting"
    agent: str = ""


@dataclass
class Worker:
    """An agent; *until* is when the ringing (or the wrap-up) is over."""

    pools: frozenset[str]
    state: str = "off_duty"
    idle_since: int = 0
    until: int = 0
    rung: bool = False


@dataclass
class Line:
    """Everybody, and who is with whom."""

    workers: dict[str, Worker]
    waiters: dict[str, Waiter] = field(default_factory=dict)
    now: int = 0

    def match(self) -> None:
        for one in sorted(self.waiters.values(), key=lambda waiter: waiter.claim):
            free = [
                (step, worker.idle_since, agent)
                for agent, worker in self.workers.items()
                for step, pool in enumerate(one.pools)
                if one.status == "waiting" and worker.state == "ready" and pool in worker.pools
            ]
            if free:
                one.status, one.agent = "offered", min(free)[2]
                worker = self.workers[one.agent]
                worker.state, worker.until, worker.rung = "ringing", self.now + RING, False

    def enter(self, sid: str, priority: int, pools: tuple[str, ...]) -> None:
        self.waiters[sid] = Waiter((-priority, len(self.waiters)), pools)
        self.match()

    def accept(self, sid: str) -> None:
        self.waiters[sid].status = "connected"
        self.workers[self.waiters[sid].agent].state = "on_call"

    def part(self, sid: str, status: str, state: str) -> None:
        """The caller and the agent, if there is one, go separate ways."""
        one = self.waiters[sid]
        one.status, agent, one.agent = status, one.agent, ""
        self.set(agent, state, as_before=True)

    def set(self, agent: str, state: str, as_before: bool = False) -> None:
        if worker := self.workers.get(agent):
            if state == "ready" and not as_before:
                worker.idle_since = self.now
            worker.state, worker.until = state, self.now + WRAP_UP
        self.match()

    def tick(self) -> None:
        timed = [(w.until, a) for a, w in self.workers.items() if w.state in ("ringing", "wrap_up")]
        for _, agent in sorted((until, agent) for until, agent in timed if until <= self.now):
            if self.workers[agent].state == "wrap_up":
                self.set(agent, "ready")
            else:
                (sid,) = (s for s, one in self.waiters.items() if one.agent == agent)
                self.part(sid, "waiting", "not_ready")
                if not self.workers[agent].rung:
                    self.set(agent, "ready", as_before=True)
