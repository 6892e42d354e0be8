"""Settings: read once from the environment, checked at start-up.

Every setting is listed in ``docs/settings.md``; a test compares the two.
"""

from __future__ import annotations

import hmac
import re
from datetime import UTC, datetime, time
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from ivr.errors import BadSetting

SHANGHAI = ZoneInfo("Asia/Shanghai")

PRACTICE_ACCOUNT = "AC" + "0" * 31 + "1"
PRACTICE_TOKEN = "practice-token-for-this-machine-only"  # noqa: S105 - it opens nothing


# The Chinese codes of the carrier's Gather.
GATHER_LANGUAGES = frozenset({"zh", "zh-TW", "cmn-Hans-CN", "cmn-Hant-TW", "yue-Hant-HK"})


class SpeechEngine(StrEnum):
    """Who turns speech into text."""

    NONE = "none"
    CARRIER = "carrier"


class Settings(BaseSettings):
    """What an installation decides for itself; each field is one environment variable."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True)

    database_url: str = "sqlite:///var/hotline.db"
    public_base_url: str = "http://127.0.0.1:5000"
    fallback_base_url: str = ""
    twilio_account_sid: str = PRACTICE_ACCOUNT
    twilio_auth_token: Annotated[tuple[str, ...], NoDecode] = (PRACTICE_TOKEN,)
    twilio_api_base_url: str = ""
    hotline_name: str = "95519"
    hotline_number: str = "+861000095519"
    elder_age: Annotated[int, Field(ge=18, le=120)] = 65
    speech_engine: SpeechEngine = SpeechEngine.NONE
    menu_file: Path | None = None
    prompts_file: Path | None = None
    voice: str = "Polly.Zhiyu"
    voice_rate: Annotated[int, Field(ge=20, le=200)] = 80
    voice_language: str = "cmn-CN"
    recognition_language: str = "cmn-Hans-CN"
    ring_time_s: Annotated[int, Field(ge=5, le=60)] = 15
    wrap_up_s: Annotated[int, Field(ge=0, le=3600)] = 30
    handle_time_s: Annotated[int, Field(ge=10, le=7200)] = 300
    night_from: time = time(22)
    night_until: time = time(6)
    webhook_deadline_s: Annotated[float, Field(ge=0.2, le=10)] = 3.0
    auto_migrate: bool = True
    practice: bool = False
    secret_key: str = ""
    spool_dir: Path = Path("var/spool")
    web_bind: str = "127.0.0.1:5000"
    web_workers: Annotated[int, Field(ge=0, le=64)] = 0
    fallback_bind: str = "127.0.0.1:5002"
    clock_speed: Annotated[float, Field(gt=0, le=1000)] = 1.0
    clock_epoch: datetime | None = None
    log_level: str = "INFO"

    @field_validator("twilio_auth_token", mode="before")
    @classmethod
    def _several_tokens(cls, value: object) -> object:
        """During a rotation both tokens count; they are separated by commas."""
        if isinstance(value, str):
            return tuple(token.strip() for token in value.split(",") if token.strip())
        return value

    @field_validator("public_base_url", "fallback_base_url", "twilio_api_base_url")
    @classmethod
    def _absolute(cls, value: str) -> str:
        url = value.rstrip("/")
        parts = urlsplit(url)
        if url and (parts.scheme not in {"http", "https"} or not parts.netloc or parts.query):
            raise ValueError("must be an absolute http(s) URL without a query")
        return url

    @field_validator("recognition_language")
    @classmethod
    def _recognisable(cls, value: str) -> str:
        # Say's codes are another list; with one of them nothing would ever be recognised.
        if value not in GATHER_LANGUAGES:
            raise ValueError(f"must be one of {', '.join(sorted(GATHER_LANGUAGES))}")
        return value

    @field_validator("twilio_account_sid")
    @classmethod
    def _account(cls, value: str) -> str:
        if not re.fullmatch(r"AC[0-9a-fA-F]{32}", value):
            raise ValueError("must be AC followed by 32 hexadecimal digits")
        return value

    @field_validator("clock_epoch")
    @classmethod
    def _aware(cls, value: datetime | None) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("must carry a time zone, such as 2026-11-22T08:00:00Z")
        return value

    @model_validator(mode="after")
    def _together(self) -> Self:
        if not self.twilio_auth_token:
            raise ValueError("TWILIO_AUTH_TOKEN must not be empty: every webhook is signed")
        if PRACTICE_TOKEN in self.twilio_auth_token and not self.practice:
            raise ValueError(
                "TWILIO_AUTH_TOKEN is not set: give the account's token, or set PRACTICE=true"
            )
        if self.clock_speed != 1 and not self.practice:
            raise ValueError("CLOCK_SPEED is for practice only; set PRACTICE=true or remove it")
        return self

    @property
    def session_key(self) -> bytes:
        """Signs the desk's sessions; derived from the account's token unless SECRET_KEY is set."""
        if self.secret_key:
            return self.secret_key.encode()
        token = self.twilio_auth_token[0].encode()
        return hmac.new(token, b"green-channel desk session", "sha256").digest()

    @property
    def base_url_when_down(self) -> str:
        """Where the process without a database is reached; the main one unless set."""
        return self.fallback_base_url or self.public_base_url

    def now(self) -> datetime:
        """The present moment, aware, UTC; faster than life in practice if so set."""
        real = datetime.now(UTC)
        if self.clock_speed == 1 or self.clock_epoch is None:
            return real
        return self.clock_epoch + (real - self.clock_epoch) * self.clock_speed


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process.

    Raises:
        BadSetting: a variable has a value that cannot be used; the message names each.
    """
    try:
        return Settings()
    except ValidationError as error:
        wrong = "; ".join(
            f"{where}: {said}" if (where := ".".join(map(str, item["loc"])).upper()) else said
            for item in error.errors()
            if (said := item["msg"].removeprefix("Value error, "))
        )
        raise BadSetting(f"{wrong}. Correct the environment; see docs/settings.md.") from None
