"""What one practice exchange is told at start: its account, numbers, phones and clock."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from ivr.errors import BadSetting

PRACTICE_ACCOUNT: Final = "AC" + "0" * 31 + "1"
PRACTICE_TOKEN: Final = "practice-token-for-this-machine-only"  # noqa: S105 - it opens nothing


@dataclass(frozen=True, slots=True)
class Label:
    """What a person reads beside a phone, in both languages of the page."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class ListedPhone:
    """A phone that exists from the start: *endpoint* is E.164, ``client:…`` or ``sip:…``."""

    endpoint: str
    label: Label


@dataclass(frozen=True, slots=True)
class Settings:
    """One exchange.

    Args:
        port: 0 lets the system choose a free one.
        numbers: the hotline's own numbers, E.164; the first is dialled by default.
        voice_url: requested when somebody dials one of the numbers; "" answers nothing.
        speed: how many practice seconds pass in one real second.
        epoch: when given, practice time is ``epoch + (real now - epoch) * speed`` and the
            speed is fixed, so that several processes agree about the time without talking.
    """

    host: str = "127.0.0.1"
    port: int = 5001
    account_sid: str = PRACTICE_ACCOUNT
    auth_token: str = PRACTICE_TOKEN
    numbers: tuple[str, ...] = ("+861000095519",)
    voice_url: str = ""
    fallback_url: str = ""
    status_url: str = ""
    callers: tuple[ListedPhone, ...] = ()
    agents: tuple[ListedPhone, ...] = ()
    speed: float = 1.0
    epoch: datetime | None = None

    def __post_init__(self) -> None:
        if not self.numbers:
            raise BadSetting("The exchange needs at least one number. Set HOTLINE_NUMBER.")
        if self.speed <= 0:
            raise BadSetting(f"CLOCK_SPEED is {self.speed}; give a number above 0, such as 1.")
        if self.epoch is not None and self.epoch.tzinfo is None:
            raise BadSetting("CLOCK_EPOCH lacks a time zone; write it like 2026-01-05T08:00:00Z.")


def read_phones(path: Path, key: str) -> tuple[ListedPhone, ...]:
    """The phones of a JSON file: ``[{key: endpoint, "label": {"zh": …, "en": …}}, …]``.

    Raises:
        BadSetting: the file is missing, is not such a list, or an entry lacks *key*.
    """
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadSetting(f"{path} cannot be read as JSON: {error}. Check the path.") from error
    if not isinstance(rows, list):
        raise BadSetting(f"{path} holds no list. Write [{{{key!r}: …, 'label': …}}, …].")
    return tuple(_phone(row, key, path) for row in rows)


def _phone(row: object, key: str, path: Path) -> ListedPhone:
    if not isinstance(row, dict) or not isinstance(row.get(key), str):
        raise BadSetting(f"{path}: an entry has no text {key!r}: {row!r}. Add it.")
    return ListedPhone(row[key], read_label(row.get("label"), row[key]))


def read_label(value: object, fallback: str) -> Label:
    """A label from JSON: an object with zh and en, one text for both, or *fallback*.

    >>> read_label({"zh": "李老师"}, "client:li")
    Label(zh='李老师', en='李老师')
    >>> read_label(None, "client:li")
    Label(zh='client:li', en='client:li')
    """
    if isinstance(value, str) and value:
        return Label(value, value)
    if isinstance(value, dict):
        zh, en = value.get("zh"), value.get("en")
        chosen = [text for text in (zh, en) if isinstance(text, str) and text]
        if chosen:
            return Label(
                zh if isinstance(zh, str) and zh else chosen[0],
                en if isinstance(en, str) and en else chosen[0],
            )
    return Label(fallback, fallback)
