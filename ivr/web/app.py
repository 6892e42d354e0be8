"""The hotline's WSGI application."""

from __future__ import annotations

import logging

from flask import Flask

from ivr.config import Settings, settings
from ivr.errors import DatabaseAway
from ivr.flows.house import House, open_house
from ivr.spool import Spool
from ivr.store.migrate import ensure_up_to_date
from ivr.web import desk, music, voice
from ivr.web.bare import bare_app
from ivr.web.deadline import Deadline
from ivr.web.holding import Holding
from ivr.web.outage import outage_blueprint
from ivr.web.webhook import guard_for


def create_app(config: Settings | None = None) -> Flask:
    """The hotline, ready to answer.

    Raises:
        IVRError: a setting, the menu, the prompts or the database cannot be used; the message
            says which, where, and what to do.
    """
    config = config or settings()
    logging.basicConfig(level=config.log_level, format="%(asctime)s %(name)s %(message)s")
    house = open_house(config)
    prepare_database(house)
    app = bare_app()
    app.secret_key = config.session_key
    app.config.update(
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=config.public_base_url.startswith("https:"),
    )
    app.extensions["house"] = house
    app.extensions["guard"] = guard_for(config, config.public_base_url)
    app.extensions["deadline"] = Deadline(config.webhook_deadline_s)
    app.extensions["holding"] = Holding(house.twiml, house.prompts)
    app.extensions["spool"] = Spool(config.spool_dir)
    app.register_blueprint(voice.bp)
    app.register_blueprint(music.bp)
    app.register_blueprint(outage_blueprint())
    app.register_blueprint(desk.bp)
    return app


def prepare_database(house: House) -> None:
    """Bring the database to today's shape, or go on without it if it is away.

    A hotline that starts while its database restarts must answer all the same.
    """
    try:
        ensure_up_to_date(house.store, migrate=house.settings.auto_migrate)
    except DatabaseAway as error:
        logging.getLogger(__name__).warning("starting without the database: %s", error)
