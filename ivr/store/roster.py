"""Centres and skill groups."""

from __future__ import annotations

from sqlalchemy import Connection

from ivr.store.schema import centre, skill_group
from ivr.store.upsert import Upsert

ADD_CENTRE = Upsert(centre, lambda new: new.on_conflict_do_nothing())
ADD_GROUP = Upsert(skill_group, lambda new: new.on_conflict_do_nothing())


def add_centre(conn: Connection, code: str, name: str) -> None:
    """Add a centre unless it is there."""
    conn.execute(ADD_CENTRE.on(conn), {"code": code, "name": name})


def add_skill_group(conn: Connection, code: str, name: str) -> None:
    """Add a skill group unless it is there."""
    conn.execute(ADD_GROUP.on(conn), {"code": code, "name": name})
