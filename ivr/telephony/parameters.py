"""Where one parameter of a webhook ends and the next begins, which no signature says.

The carrier signs names and values run together, in the order of the names: ``Digits=12`` and
``Digit=s12`` have the same signature. Who has seen a signed webhook could send it again cut
differently, so a form that looks recut is refused. What is told apart are the names: the
carrier's own are known, and new ones of its kind (``FromRegion``) are let through.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

# What the hotline reads, and what decides something. ``To`` is missing on purpose: it is so
# short that names to come may begin with it.
_READ: Final = """
    AccountSid CallSid CallStatus Direction From Digits SpeechResult SequenceNumber ConferenceSid
    StatusCallbackEvent ParticipantLabel ParticipantCallStatus
"""
# Source: the carrier's pages on TwiML requests, status callbacks and conference events, and
# payloads as they came.
_OTHERS: Final = """
    AnsweredBy ApiVersion CallDuration CallSidEndingConference CallToken CallbackSource CallerName
    Coaching Confidence DialBridged DialCallDuration DialCallSid DialCallStatus Duration
    EndConferenceOnExit ErrorCode ErrorUrl FinishedOnKey ForwardedFrom FriendlyName Hold Muted
    ParentCallSid ParticipantLabelEndingConference Reason ReasonConferenceEnded
    ReasonParticipantLeft RecordingDuration RecordingSid RecordingStatus RecordingUrl SipDomain
    SipResponseCode StartConferenceOnEnter StirPassportToken StirVerstat Timestamp
    UnstableSpeechResult msg
"""
_ENDS: Final = ("From", "To", "Caller", "Called")
_PLACES: Final = ("", "City", "Country", "State", "Zip")

READ: Final = frozenset(_READ.split())
KNOWN: Final = READ.union(_OTHERS.split(), (f"{end}{place}" for end in _ENDS for place in _PLACES))
# Their values begin with a capital, so that a letter lost to the name looks like a longer name.
_CAPITAL: Final = frozenset(name for name in KNOWN if name in READ and name.endswith("Sid")).union(
    f"{end}{place}" for end in _ENDS for place in _PLACES if place
)

# What no genuine value contains, but a value that has swallowed its neighbour does.
_SWALLOWED: Final = (
    *(name for name in KNOWN if sum(letter.isupper() for letter in name) > 1),
    "Digits",
    "Direction",
)
_SWALLOWED_BY_FIGURES: Final = ("From", "To+", "Called", "Caller")
_TEXTS: Final = frozenset({"CallerName", "FriendlyName", "SpeechResult", "UnstableSpeechResult"})


def is_as_signed(form: Mapping[str, Sequence[str]]) -> bool:
    """Whether *form* is cut where the carrier cuts, as far as one can tell.

    >>> is_as_signed({"Digits": ["12"], "FromRegion": [""], "SipHeader_X-Desk": ["7"]})
    True
    >>> is_as_signed({"Digit": ["s12"]}), is_as_signed({"Digits1": ["2"]})
    (False, False)
    >>> is_as_signed({"Digits": ["1", "2"]}), is_as_signed({"From": ["+8610FromCity"]})
    (False, False)
    """
    for name, values in form.items():
        if name in KNOWN:
            if len(values) != 1 or _has_swallowed(name, values[0]):
                return False
        elif not name or _is_cut_elsewhere(name, form):
            return False
    return True


def _has_swallowed(name: str, value: str) -> bool:
    """Whether *value* holds the name of the parameter that came after it."""
    if not value:
        return False
    if any(other in value for other in _SWALLOWED):
        return True
    return name not in _TEXTS and any(other in value for other in _SWALLOWED_BY_FIGURES)


def _is_cut_elsewhere(name: str, form: Mapping[str, Sequence[str]]) -> bool:
    """An unknown *name* that is one of ours with letters lost to, or taken from, its value."""
    for known in KNOWN:
        if known.startswith(name) and any((name + value).startswith(known) for value in form[name]):
            return True
        if name.startswith(known):
            after = name[len(known)]
            if not (after.isascii() and after.isalpha()) or (known in READ and after.islower()):
                return True
            if known in _CAPITAL and known not in form:
                return True
    return False
