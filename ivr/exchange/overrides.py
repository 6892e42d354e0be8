"""Connection overrides: what the fragment of a webhook's URL asks of the carrier.

Source: twilio.com/docs/usage/webhooks/webhooks-connection-overrides.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import parse_qsl, urldefrag

# However fast practice time runs, a hotline gets this many real seconds to answer, unless a
# URL asks for less: a computer does not get faster because the clock does.
LEAST_REAL_S: Final = 3.0

_TIMES: Final = {"ct": (100, 10_000), "rt": (100, 15_000), "tt": (100, 15_000)}
_POLICIES: Final = frozenset({"4xx", "5xx", "ct", "rt", "all"})


@dataclass(frozen=True, slots=True)
class Overrides:
    """How one URL is connected to; times in practice seconds.

    Args:
        connect_s, read_s, total_s: limits of one attempt's connection and answer, and of all.
        retries: further attempts after the first, 0 to 5.
        policy: what is tried again: "ct" no connection, "rt" no answer in time, "4xx", "5xx".
    """

    connect_s: float = 5.0
    read_s: float = 15.0
    total_s: float = 15.0
    retries: int = 1
    policy: frozenset[str] = frozenset({"ct"})

    @classmethod
    def of(cls, fragment: str) -> Self:
        """Read a fragment; what cannot be understood keeps its default.

        >>> wanted = Overrides.of("rc=2&rp=ct,5xx&rt=1500")
        >>> wanted.retries, sorted(wanted.policy), wanted.read_s
        (2, ['5xx', 'ct'], 1.5)
        >>> Overrides.of("rc=9&rp=sometimes") == Overrides()
        True
        """
        asked = dict(parse_qsl(fragment))
        times = {name: _milliseconds(asked.get(name), *_TIMES[name]) for name in _TIMES}
        retries = asked.get("rc", "")
        policy = frozenset(asked.get("rp", "").split(","))
        return cls(
            connect_s=times["ct"] or 5.0,
            read_s=times["rt"] or 15.0,
            total_s=times["tt"] or 15.0,
            retries=int(retries) if retries.isdigit() and int(retries) <= 5 else 1,
            policy=policy if policy <= _POLICIES else frozenset({"ct"}),
        )

    def tries_again(self, *, status: int, unconnected: bool) -> bool:
        """Whether an attempt that ended so may be repeated.

        >>> Overrides().tries_again(status=0, unconnected=True)
        True
        >>> Overrides().tries_again(status=503, unconnected=False)
        False
        """
        if "all" in self.policy:
            return True
        if unconnected:
            return "ct" in self.policy
        if status == 0:
            return "rt" in self.policy
        return f"{status // 100}xx" in self.policy


def split(url: str) -> tuple[str, Overrides]:
    """A URL without its fragment, and what the fragment asks for.

    >>> split("http://127.0.0.1/voice?a=1#rc=0")[0]
    'http://127.0.0.1/voice?a=1'
    """
    bare, fragment = urldefrag(url)
    return bare, Overrides.of(fragment)


def real_seconds(practice_s: float, speed: float) -> float:
    """How long we really wait for what the carrier waits *practice_s* for.

    >>> real_seconds(15, speed=1), real_seconds(15, speed=50), real_seconds(1, speed=50)
    (15.0, 3.0, 1.0)
    """
    return float(max(practice_s / speed, min(practice_s, LEAST_REAL_S)))


def _milliseconds(value: str | None, least: int, most: int) -> float | None:
    if value is None or not value.isdigit() or not least <= int(value) <= most:
        return None
    return int(value) / 1000
