"""What every flow needs: the settings, the database, the menu and the carrier's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ivr.config import SHANGHAI, Settings
from ivr.dialogue import Menu, Prompts, load_menu, load_prompts
from ivr.store import Store, open_store
from ivr.telephony.twiml import Renderer, renderer


@dataclass(frozen=True, slots=True)
class House:
    """One running installation. Made once for each process."""

    settings: Settings
    store: Store
    prompts: Prompts
    menu: Menu
    twiml: Renderer

    def is_night(self, now: datetime) -> bool:
        """Whether few people answer now, by the clock in Shanghai."""
        local = now.astimezone(SHANGHAI).time()
        start, end = self.settings.night_from, self.settings.night_until
        if start <= end:
            return start <= local < end
        return local >= start or local < end


def open_house(settings: Settings) -> House:
    """Read the prompts and the menu, check them, and get ready to work.

    Raises:
        BadFile: a prompt or the menu is wrong; the message says where and how to mend it.
        BadSetting: the database's address is.
    """
    prompts = load_prompts(settings.prompts_file, hotline=settings.hotline_name)
    return House(
        settings=settings,
        store=open_store(settings.database_url),
        prompts=prompts,
        menu=load_menu(settings.menu_file, prompts=prompts),
        twiml=renderer(settings),
    )
