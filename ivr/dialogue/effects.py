"""What entering a node does in the world, and what it changes in the state."""

from __future__ import annotations

from datetime import datetime, timedelta

from ivr.dialogue.events import Heard
from ivr.dialogue.state import State, changed
from ivr.dialogue.table import Menu, Node
from ivr.dialogue.values import (
    BookCallBack,
    ChangeTopic,
    Effect,
    EnterLine,
    FileComplaint,
    KeepRemark,
    RecordSurvey,
    ReturnToLine,
    Topic,
)
from ivr.dialogue.words import CHINA_TIME


def carry_out(
    menu: Menu, node: Node, state: State, heard: Heard | None, now: datetime
) -> tuple[State, tuple[Effect, ...]]:
    """The effects of entering *node*, and the state after them.

    A complaint is filed as soon as it is the topic, once a call. A survey is recorded once.
    """
    effects: list[Effect] = []
    for what, how in node.does.items():
        match what:
            case "enter_line":
                topic = _topic_of(heard) if how == "heard" else Topic(how)
                effect = ReturnToLine("asked") if state.has_rank else EnterLine(topic)
                effects.append(effect)
                state = changed(_new_wait(state), topic=topic, has_rank=True)
            case "return_to_line" if state.has_rank:
                effects.append(ReturnToLine(how))
                # After a talk it is another wait; after a fault it is the old one, and what
                # was promised still binds.
                state = _new_wait(state) if how == "asked" else _say_where_again(state)
            case "return_to_line":
                effects.append(EnterLine(state.topic or Topic.HUMAN))
                state = changed(_new_wait(state), topic=state.topic or Topic.HUMAN, has_rank=True)
            case "change_topic" if state.topic is not Topic(how):
                effects.append(ChangeTopic(Topic(how)))
                state = changed(state, topic=Topic(how))
            case "record_survey" if not state.surveyed:
                effects.append(RecordSurvey(int(how)))
                state = changed(state, surveyed=True)
            case "keep_remark":
                effects.append(KeepRemark())
            case "book_call_back":
                effects.append(BookCallBack(how, call_back_by(menu, now)))
            case "tell_receipt":
                state = changed(state, receipt_owed=False)
            case _:
                pass
    if state.topic is Topic.COMPLAINT and not state.complaint_filed:
        effects.append(FileComplaint())
        state = changed(state, complaint_filed=True)
    return state, tuple(effects)


def _topic_of(heard: Heard | None) -> Topic:
    """The topic of what was heard; a wish without a matter is for a person."""
    name = heard.intent.value if heard else ""
    return Topic(name) if name in tuple(Topic) else Topic.HUMAN


def _new_wait(state: State) -> State:
    return changed(_say_where_again(state), told_position=None, told_minutes=None)


def _say_where_again(state: State) -> State:
    return changed(state, position_at=None, comfort_at=None)


def call_back_by(menu: Menu, now: datetime) -> datetime:
    """When a call-back booked *now* is promised for, by the hours of the menu file."""
    here = now.astimezone(CHINA_TIME)
    promise = next(p for p in menu.promises if here.hour < p.booked_before)
    day = here + timedelta(days=promise.tomorrow)
    return day.replace(hour=promise.by, minute=0, second=0, microsecond=0)
