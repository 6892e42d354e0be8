"""The ear of somebody in a Dial: only a star counts, and only if the document says so."""

from __future__ import annotations

import asyncio


class Star:
    """Sets *pressed* when the star key is pressed."""

    def __init__(self, enabled: bool) -> None:
        self.enabled = enabled
        self.pressed = asyncio.Event()

    def key(self, digit: str) -> bool:
        """A key; everything but an enabled star is lost."""
        if self.enabled and digit == "*":
            self.pressed.set()
            return True
        return False

    def talk(self, text: str, seconds: float, audio: bytes | None) -> None:
        """Words go to the other side, not here."""
