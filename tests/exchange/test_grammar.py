"""What we know of TwiML against the client library, which is the freshest grammar there is."""

from __future__ import annotations

import inspect

import pytest
from twilio.twiml import voice_response

from ivr.exchange.grammar import ATTRIBUTES, VERBS

# What the library takes as parameters, and sends as the element's content.
CONTENT = {"message", "phoneNumber", "number", "identity", "sipUrl", "name", "url"}


def library_attributes(element: str) -> set[str]:
    """The attributes that the library offers for an element, as they are sent."""
    made = inspect.signature(getattr(voice_response, element).__init__).parameters
    own = set()
    for name in made:
        if name in ("self", "attributes", "kwargs"):
            continue
        head, *rest = name.rstrip("_").split("_")
        own.add(head + "".join(word.capitalize() for word in rest))
    return own


@pytest.mark.parametrize("element", sorted(ATTRIBUTES.keys() - {"Response"}))
def test_every_attribute_of_the_library_is_known(element: str) -> None:
    assert library_attributes(element) - ATTRIBUTES[element] - CONTENT == set()


def test_every_verb_exists_in_the_library() -> None:
    assert {verb for verb in VERBS if not hasattr(voice_response, verb)} == set()
