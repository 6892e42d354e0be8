"""Commands to the carrier: a row first, sent after the commit, the outcome recorded.

The commands of one call are sent in the order in which they were written.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, and_, bindparam, exists, func, insert, select, update

from ivr.store.schema import PENDING, agent, call, command, offer


class CommandKind(StrEnum):
    """What the carrier is asked to do."""

    RING_AGENT = "ring_agent"
    JOIN_ROOM = "join_room"
    RESUME_CALLER = "resume_caller"
    END_AGENT_LEG = "end_agent_leg"
    LOOK_UP_CALLER = "look_up_caller"


class CommandStatus(StrEnum):
    """The life of a command; *uncertain* ones are looked up before they are sent again."""

    PENDING = "pending"
    SENDING = "sending"
    DONE = "done"
    MOOT = "moot"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Command:
    """A command with what is needed to send it.

    Attributes:
        attempts: how often it has been sent, this time included.
        created_at: when it was written; a leg of ours cannot be older.
    """

    id: int
    kind: CommandKind
    attempts: int
    created_at: datetime
    call_id: int
    call_sid: str
    room: str
    turn: int
    offer_id: int | None
    endpoint: str | None
    leg_sid: str | None


WRITE = insert(command).returning(command.c.id)
earlier = command.alias("earlier")
# Nothing is put off for longer than a lease: what is further ahead was written by a clock
# that has been set back since, and would hold up its call until that hour comes again.
DUE = (command.c.due_at <= bindparam("now")) | (command.c.due_at > bindparam("far"))
CLAIMABLE = (
    select(command.c.id)
    .where(
        PENDING,
        DUE,
        ~exists().where(
            earlier.c.call_id == command.c.call_id,
            earlier.c.id < command.c.id,
            earlier.c.status.in_(("pending", "sending")),
        ),
    )
    .order_by(command.c.id)
    .limit(1)
)
# While it is being sent, nobody else sees it; if the sender dies, it becomes due again.
CLAIM = (
    update(command)
    .where(command.c.id == CLAIMABLE.with_for_update(skip_locked=True).scalar_subquery())
    .values(status="sending", attempts=command.c.attempts + 1, due_at=bindparam("again_at"))
    .returning(command.c.id)
)
LOAD = (
    select(
        command.c.id,
        command.c.kind,
        command.c.attempts,
        command.c.created_at,
        command.c.call_id,
        call.c.sid,
        call.c.room,
        call.c.turn,
        command.c.offer_id,
        agent.c.endpoint,
        offer.c.leg_sid,
    )
    .select_from(
        command.join(call, call.c.id == command.c.call_id)
        .outerjoin(offer, offer.c.id == command.c.offer_id)
        .outerjoin(agent, agent.c.id == offer.c.agent_id)
    )
    .where(command.c.id == bindparam("command_id"))
)
# Who was overtaken has nothing more to say: the number of attempts tells whose turn it is.
OURS = (
    (command.c.id == bindparam("command"))
    & (command.c.status == "sending")
    & (command.c.attempts == bindparam("attempt"))
)
HOLD = update(command).where(OURS).values(due_at=bindparam("again_at"))
CLOSE = (
    update(command)
    .where(OURS)
    .values(status=bindparam("to"), closed_at=bindparam("now"), outcome=bindparam("what"))
)
POSTPONE = update(command).where(OURS).values(status="pending", due_at=bindparam("until"))
DROP = (
    update(command)
    .where(
        and_(
            command.c.offer_id == bindparam("offer"),
            command.c.kind == bindparam("what"),
            command.c.status == "pending",
            command.c.attempts == 0,
        )
    )
    .values(status="moot", closed_at=bindparam("now"), outcome="no longer wanted")
)
OPEN_OF_KIND = (
    select(command.c.id)
    .where(PENDING, command.c.call_id == bindparam("call"), command.c.kind == bindparam("what"))
    .limit(1)
)
BACKLOG = select(func.count()).select_from(command).where(PENDING)


def write(
    conn: Connection, kind: CommandKind, call_id: int, now: datetime, offer_id: int | None = None
) -> int:
    """Have the carrier do *kind*, once this transaction is committed."""
    command_id: int = conn.execute(
        WRITE,
        {
            "kind": kind,
            "call_id": call_id,
            "offer_id": offer_id,
            "status": CommandStatus.PENDING,
            "created_at": now,
            "due_at": now,
        },
    ).scalar_one()
    return command_id


def something_is_due(conn: Connection, now: datetime, lease: timedelta) -> bool:
    """A cheap look, so that an empty outbox costs no write lock."""
    return conn.execute(CLAIMABLE, {"now": now, "far": now + 2 * lease}).first() is not None


def claim(conn: Connection, now: datetime, lease: timedelta) -> Command | None:
    """The next command to send, or None. It comes back after *lease* unless it is closed."""
    values = {"now": now, "far": now + 2 * lease, "again_at": now + lease}
    found = conn.execute(CLAIM, values).scalar()
    if found is None:
        return None
    row = conn.execute(LOAD, {"command_id": found}).one()
    return Command(
        row.id,
        CommandKind(row.kind),
        row.attempts,
        row.created_at,
        row.call_id,
        row.sid,
        row.room,
        row.turn,
        row.offer_id,
        row.endpoint,
        row.leg_sid,
    )


def hold(conn: Connection, sent: Command, until: datetime) -> bool:
    """Keep it for longer; False if it is somebody else's by now."""
    return conn.execute(HOLD, _ours(sent) | {"again_at": until}).rowcount == 1


def close(conn: Connection, sent: Command, to: CommandStatus, outcome: str, now: datetime) -> bool:
    """Record how it went, in words without personal data; False if it is somebody else's."""
    values = {"to": to, "what": outcome[:200], "now": now}
    return conn.execute(CLOSE, _ours(sent) | values).rowcount == 1


def postpone(conn: Connection, sent: Command, until: datetime) -> None:
    """Try again at *until*, unless it is somebody else's by now."""
    conn.execute(POSTPONE, _ours(sent) | {"until": until})


def _ours(sent: Command) -> dict[str, int]:
    return {"command": sent.id, "attempt": sent.attempts}


def drop_unsent(conn: Connection, kind: CommandKind, offer_id: int, now: datetime) -> bool:
    """Take back a command that nobody has begun to send; False if it is too late for that."""
    return conn.execute(DROP, {"what": kind, "offer": offer_id, "now": now}).rowcount > 0


def is_open(conn: Connection, kind: CommandKind, call_id: int) -> bool:
    """Whether a command of this kind is waiting for this call, or under way."""
    return conn.execute(OPEN_OF_KIND, {"what": kind, "call": call_id}).first() is not None


def backlog(conn: Connection) -> int:
    """How many commands are not closed yet."""
    return conn.execute(BACKLOG).scalar_one()
