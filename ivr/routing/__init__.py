"""Who answers, and in what order. Pure: no clock, no database, no randomness.

The first version of the engine: strict priority between classes, order of arrival within a
class, the longest-idle agent first. Routing tables with versions take the place of
``ladders`` without changing what the store or the flows see: a ladder of pools, a priority
and a rank.
"""

from ivr.routing.agents import AgentEvent, AgentState, WrongState, after
from ivr.routing.estimates import NoAgents, estimated_wait
from ivr.routing.ladders import Place, Step, place_for
from ivr.routing.order import Head, IdleAgent, first_served, longest_idle

__all__ = [
    "AgentEvent",
    "AgentState",
    "Head",
    "IdleAgent",
    "NoAgents",
    "Place",
    "Step",
    "WrongState",
    "after",
    "estimated_wait",
    "first_served",
    "longest_idle",
    "place_for",
]
