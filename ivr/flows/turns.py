"""One turn of the dialogue, inside a transaction: step, do what it asks, write the answer."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from ivr.callers import today_in_shanghai
from ivr.dialogue import (
    BookCallBack,
    ChangeTopic,
    Effect,
    EnterLine,
    Event,
    FileComplaint,
    KeepRemark,
    RecordSurvey,
    ReturnToLine,
    Segment,
    State,
    StateUnreadable,
    Turn,
    WaitFacts,
    owe_receipt,
    step,
)
from ivr.flows.house import House
from ivr.flows.line import back_to_the_line, enter_line
from ivr.routing import NoAgents, estimated_wait
from ivr.store import calls, queue, records
from ivr.store.calls import CallRecord

COMPLAINT_DAYS = 8  # Complaint feedback promised; source: complaint_feedback, ivr_limits.csv.


class Overtaken(Exception):
    """Another webhook took this turn first; the transaction is rolled back."""


def routes(turn: Turn) -> bool:
    """Whether carrying out *turn* touches the line, and so has to be serial.

    A change of topic brings nobody together. But it writes the place in line before the call,
    and a hang-up writes the call first: without one lock before both they wait for each other.
    """
    touches = EnterLine | ReturnToLine | ChangeTopic
    return any(isinstance(effect, touches) for effect in turn.effects)


def carry_out(
    conn: Connection, house: House, call: CallRecord, turn: Turn, event: Event, now: datetime
) -> str:
    """Do what *turn* asks, write it down, and give the TwiML.

    Raises:
        Overtaken: somebody else answered this turn; roll back.
    """
    state = turn.state
    for effect in turn.effects:
        state = _do(conn, house, call, state, effect, now)
    number = call.turn + 1
    twiml = house.twiml.answer(turn.instructions, number, call.room)
    if not calls.take_turn(conn, call.id, call.turn, state.to_json(), twiml, now):
        raise Overtaken
    calls.note(conn, call.id, "turn", now, event=type(event).__name__, node=state.node)
    return twiml


def state_of(call: CallRecord) -> tuple[State, bool]:
    """Where the call stands in the dialogue, and whether that could be read.

    What cannot be read (another release wrote it, a disk spoilt it) must not keep the caller
    going round: they stand nowhere, from where 0 leads to a person as from everywhere.
    """
    try:
        return State.from_json(call.state), True
    except StateUnreadable:
        return State(node="", segment=Segment(call.segment)), False


def lead_on(conn: Connection, house: House, call_id: int, event: Event, now: datetime) -> str:
    """A turn that the world brings about, not the caller; the routing lock is held.

    A key that the caller presses at the same moment is either answered before, or finds that
    its turn is taken; the world does not have to try again.
    """
    call = calls.by_id_alone(conn, call_id)
    turn = step(house.menu, state_of(call)[0], event, now)
    return carry_out(conn, house, call, turn, event, now)


def wait_facts(conn: Connection, house: House, call: CallRecord, now: datetime) -> WaitFacts | None:
    """What a caller in line may be told now; None if they are not in it."""
    waiting = queue.get(conn, call.id)
    if waiting is None:
        return None
    standing = queue.position(conn, waiting)
    handle_time = timedelta(seconds=house.settings.handle_time_s)
    try:
        wait = estimated_wait(standing.ahead + 1, standing.on_duty, handle_time).total_seconds()
    except NoAgents:
        wait = None
    return WaitFacts(
        position=standing.ahead + 1,
        estimated_wait_s=wait,
        waited_s=max(0.0, (now - waiting.entered_at).total_seconds()),
        someone_on_duty=standing.on_duty > 0,
    )


def _do(
    conn: Connection, house: House, call: CallRecord, state: State, effect: Effect, now: datetime
) -> State:
    match effect:
        case EnterLine(topic):
            if queue.get(conn, call.id) is None:
                if state.segment != call.segment:  # They said what the file did not know.
                    calls.set_segment(conn, call.id, state.segment)
                enter_line(conn, house, call.id, state.segment, topic, now)
            else:  # A person again, after the talk: the place is still theirs.
                queue.set_topic(conn, call.id, topic)
                _return(conn, house, call.id, now)
        case ReturnToLine():
            # After a lost agent the flow itself puts the caller back, with the offer closed.
            if _may_return(conn, call.id):
                _return(conn, house, call.id, now)
        case ChangeTopic(topic):
            queue.set_topic(conn, call.id, topic)
            calls.note(conn, call.id, "topic_changed", now, topic=topic)
        case FileComplaint():
            due_on = today_in_shanghai(now) + timedelta(days=COMPLAINT_DAYS)
            receipt = records.file_complaint(conn, call.id, due_on, now)
            calls.note(conn, call.id, "complaint_filed", now, due_on=due_on.isoformat())
            return owe_receipt(state, receipt)
        case RecordSurvey(score):
            records.rate(conn, call.id, score, now)
            calls.note(conn, call.id, "rated", now, score=score)
        case BookCallBack(reason, by_at):
            if call.number is not None:
                records.book_call_back(conn, call.sid, call.number, reason, now, by_at)
                calls.note(conn, call.id, "call_back_promised", now, reason=reason)
        case KeepRemark():
            calls.note(conn, call.id, "remark", now)
    return state


def _may_return(conn: Connection, call_id: int) -> bool:
    waiting = queue.get(conn, call_id)
    return waiting is not None and waiting.status is queue.LineStatus.SERVED


def _return(conn: Connection, house: House, call_id: int, now: datetime) -> None:
    queue.mark_returned(conn, call_id)
    calls.note(conn, call_id, "returned_to_line", now)
    back_to_the_line(conn, house, call_id, now)
