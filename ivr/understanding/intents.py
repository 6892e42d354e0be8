"""What a caller wants, in the order in which the codebook of the labelled utterances decides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ivr.understanding.lexicon import Rule, table
from ivr.understanding.model import Intent

_DATA: Final = table("intents")
_RULES: Final[Mapping[str, tuple[Rule, ...]]] = {
    name: tuple(Rule.of(entry) for entry in entries) for name, entries in _DATA.items()
}
_HINTS: Final[Mapping[str, tuple[Rule, ...]]] = {
    name: tuple(Rule.of(entry) for entry in entries) for name, entries in table("hints").items()
}
_IN_ORDER: Final = tuple(intent for intent in Intent if intent.value in _RULES)


def intent_of(text: str, *, asks_dialect: bool = False) -> tuple[Intent, str]:
    """The intent of a normalised *text*, and why.

    >>> intent_of("保单丢了不会按键")
    (<Intent.POLICY: 'policy'>, 'is about a policy: “保单”')

    Whoever asks for a dialect asks for a person, if for nothing else:

    >>> intent_of("福州话", asks_dialect=True)[0]
    <Intent.HUMAN: 'human'>
    """
    for intent in _IN_ORDER:
        if intent is Intent.HUMAN and asks_dialect:
            return intent, "asks for a dialect, which takes a person"
        for rule in _RULES[intent.value]:
            if hit := rule.search(text):
                return intent, f"{rule.why}: “{hit[0]}”"
    for intent in _IN_ORDER:
        for rule in _HINTS[intent.value]:
            if hit := rule.search(text):
                return intent, f"{rule.why}: “{hit[0]}”"
    return Intent.OTHER, "nothing in it names a matter of business"


def wish(name: str, text: str) -> str | None:
    """Why the wish or fact *name* (person, slower, louder, again, urgent) is in *text*, or None.

    >>> wish("slower", "你慢点说")
    'wants it slower: “慢点”'
    """
    for rule in _RULES[name]:
        if hit := rule.search(text):
            return f"{rule.why}: “{hit[0]}”"
    return None
