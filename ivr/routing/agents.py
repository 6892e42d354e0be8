"""The states of an agent, and what leads from one to the next."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from ivr.errors import IVRError


class AgentState(StrEnum):
    """Where an agent stands; the words are in docs/glossary.md."""

    OFF_DUTY = "off_duty"
    NOT_READY = "not_ready"
    READY = "ready"
    RINGING = "ringing"
    ON_CALL = "on_call"
    WRAP_UP = "wrap_up"


class AgentEvent(StrEnum):
    """What happens to an agent."""

    SIGNED_IN = "signed in"
    SET_READY = "set ready"
    SET_NOT_READY = "set not ready"
    SIGNED_OUT = "signed out"
    OFFERED = "was offered a call"
    ACCEPTED = "accepted"
    FAILED = "did not take the call"
    RELEASED = "was released from an offer"
    TALK_ENDED = "finished a call"


class WrongState(IVRError):
    """The event does not fit the state."""

    def __init__(self, state: AgentState, event: AgentEvent) -> None:
        super().__init__(f"An agent who is {state} cannot be one who {event}.")
        self.state = state
        self.event = event


_S, _E = AgentState, AgentEvent

TRANSITIONS: Final[dict[tuple[AgentState, AgentEvent], AgentState]] = {
    (_S.OFF_DUTY, _E.SIGNED_IN): _S.NOT_READY,
    (_S.NOT_READY, _E.SIGNED_IN): _S.NOT_READY,
    (_S.NOT_READY, _E.SET_READY): _S.READY,
    (_S.NOT_READY, _E.SET_NOT_READY): _S.NOT_READY,
    (_S.NOT_READY, _E.SIGNED_OUT): _S.OFF_DUTY,
    (_S.READY, _E.SET_READY): _S.READY,
    (_S.READY, _E.SET_NOT_READY): _S.NOT_READY,
    (_S.READY, _E.SIGNED_OUT): _S.OFF_DUTY,
    (_S.READY, _E.OFFERED): _S.RINGING,
    (_S.RINGING, _E.ACCEPTED): _S.ON_CALL,
    (_S.RINGING, _E.FAILED): _S.NOT_READY,
    (_S.RINGING, _E.RELEASED): _S.READY,
    (_S.ON_CALL, _E.TALK_ENDED): _S.WRAP_UP,
    (_S.ON_CALL, _E.FAILED): _S.NOT_READY,
    (_S.ON_CALL, _E.RELEASED): _S.READY,
    (_S.WRAP_UP, _E.SET_READY): _S.READY,
    (_S.WRAP_UP, _E.SET_NOT_READY): _S.NOT_READY,
    (_S.WRAP_UP, _E.SIGNED_OUT): _S.OFF_DUTY,
    (_S.OFF_DUTY, _E.SIGNED_OUT): _S.OFF_DUTY,
}


def after(state: AgentState, event: AgentEvent) -> AgentState:
    """The state that *event* leads to.

    Raises:
        WrongState: the event cannot happen in this state; nothing may be changed.

    >>> after(AgentState.RINGING, AgentEvent.ACCEPTED)
    <AgentState.ON_CALL: 'on_call'>
    >>> after(AgentState.ON_CALL, AgentEvent.SIGNED_OUT)
    Traceback (most recent call last):
    ivr.routing.agents.WrongState: An agent who is on_call cannot be one who signed out.
    """
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        raise WrongState(state, event) from None
