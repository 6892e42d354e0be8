"""The roster: centres, skill groups and agents, from a file."""

from __future__ import annotations

import secrets
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ivr.errors import BadFile, Place, UnknownAgent
from ivr.routing import AgentState
from ivr.store import Store, agents, roster

Name = Annotated[str, Field(min_length=1, max_length=80)]
Code = Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,24}$")]
Endpoint = Annotated[
    str, Field(pattern=r"^(client:[A-Za-z0-9_]{1,100}|sip:[^\s]{1,110}|\+[1-9][0-9]{6,14})$")
]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Centre(_Part):
    """A place where agents sit."""

    code: Code
    name: Name


class SkillGroup(_Part):
    """Agents who can do a kind of work."""

    code: Code
    name: Name


class RosterAgent(_Part):
    """An agent: where to ring, what they can do (skill group → proficiency 1 to 5)."""

    agent_no: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,24}$")]
    surname: Name
    centre: Code
    endpoint: Endpoint
    skills: dict[Code, Annotated[int, Field(ge=1, le=5)]]
    badge: Literal["party", "league"] | None = None
    badge_consent: bool = False


class Roster(_Part):
    """The whole file."""

    centres: list[Centre]
    skill_groups: list[SkillGroup]
    agents: list[RosterAgent]


def read_roster(path: Path) -> Roster:
    """The roster in *path*.

    Raises:
        BadFile: it is not YAML, or not a roster, or names a centre or group it does not have.
    """
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        found = Roster.model_validate(data)
    except OSError as error:
        raise BadFile(
            Place(path.name, 1),
            f"It cannot be read: {error.strerror}.",
            "Check the name and who may read it.",
        ) from None
    except UnicodeDecodeError:
        raise BadFile(Place(path.name, 1), "It is not UTF-8.", "Save it as UTF-8.") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise BadFile(Place(path.name, line), "It is not YAML.", "Mend the line.") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BadFile(Place(path.name, 1), f"{where}: {first['msg']}.", "Mend it.") from None
    _check_names(path, found)
    return found


def _check_names(path: Path, found: Roster) -> None:
    centres = {centre.code for centre in found.centres}
    groups = {group.code for group in found.skill_groups}
    for agent in found.agents:
        unknown = {agent.centre} - centres | set(agent.skills) - groups
        if unknown:
            raise BadFile(
                Place(path.name, 1),
                f"Agent {agent.agent_no} names {', '.join(sorted(unknown))}, which is not there.",
                "Add it to centres or skill_groups, or correct the agent.",
            )


def load_roster(store: Store, found: Roster, now: datetime) -> int:
    """Add what is new; how many agents that was. What is there already stays as it is."""
    added = 0
    with store.routing() as conn:
        for centre in found.centres:
            roster.add_centre(conn, centre.code, centre.name)
        for group in found.skill_groups:
            roster.add_skill_group(conn, group.code, group.name)
        for agent in found.agents:
            if agents.by_number(conn, agent.agent_no) is None:
                agents.add(conn, _row(agent, now), agent.skills)
                added += 1
    return added


def _row(agent: RosterAgent, now: datetime) -> dict[str, Any]:
    return {
        "agent_no": agent.agent_no,
        "surname": agent.surname,
        "centre": agent.centre,
        "endpoint": agent.endpoint,
        "badge": agent.badge,
        "badge_consent": agent.badge_consent,
        "state": AgentState.OFF_DUTY,
        "state_since": now,
    }


def new_duty_code(store: Store, agent_no: str) -> str:
    """A fresh code with which the agent signs in; only its digest is kept.

    Raises:
        UnknownAgent: nobody has this number.
    """
    code = secrets.token_urlsafe(18)
    with store.transaction() as conn:
        agent = agents.by_number(conn, agent_no)
        if agent is None:
            raise UnknownAgent(agent_no)
        agents.set_code(conn, agent.id, sha256(code.encode()).hexdigest())
    return code
