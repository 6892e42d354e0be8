"""The fallback's own process: no database, no flows, nothing that can be away.

``gunicorn ivr.web.fallback:app``
"""

from __future__ import annotations

from typing import Any

from flask import Flask

from ivr.config import Settings, settings
from ivr.dialogue import load_prompts
from ivr.spool import Spool
from ivr.telephony.twiml import renderer
from ivr.web import music
from ivr.web.bare import bare_app
from ivr.web.holding import Holding
from ivr.web.outage import outage_blueprint
from ivr.web.webhook import guard_for


def create_fallback(config: Settings | None = None) -> Flask:
    """The application that answers when the hotline does not."""
    config = config or settings()
    app = bare_app()
    prompts = load_prompts(config.prompts_file, hotline=config.hotline_name)
    here = config.base_url_when_down
    app.extensions["guard"] = guard_for(config, here)
    # The hotline is what fails when this is asked, so the music comes from here as well.
    app.extensions["holding"] = Holding(renderer(config, sounds_at=here), prompts)
    app.extensions["spool"] = Spool(config.spool_dir)
    app.register_blueprint(outage_blueprint())
    app.register_blueprint(music.bp)
    return app


def __getattr__(name: str) -> Any:  # the type of a module's attributes
    if name == "app":
        return create_fallback()
    raise AttributeError(name)
