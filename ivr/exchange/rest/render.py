"""Our calls, conferences and participants in the carrier's words."""

from __future__ import annotations

from typing import Any, Final

from ivr.exchange.call import Call
from ivr.exchange.conference import Conference
from ivr.exchange.ids import number_sid, rfc2822
from ivr.exchange.participant import Participant
from ivr.exchange.reports import API_VERSION
from ivr.exchange.states import CallStatus, Direction

_CALL_CHILDREN: Final = {
    "notifications": "Notifications",
    "recordings": "Recordings",
    "payments": "Payments",
    "events": "Events",
    "siprec": "Siprec",
    "streams": "Streams",
    "transcriptions": "Transcriptions",
    "user_defined_message_subscriptions": "UserDefinedMessageSubscriptions",
    "user_defined_messages": "UserDefinedMessages",
}


def account_path(account_sid: str) -> str:
    """Where the account's resources are."""
    return f"/{API_VERSION}/Accounts/{account_sid}"


def call_json(call: Call) -> dict[str, Any]:
    """A Call resource."""
    settings = call.services.settings
    path = f"{account_path(settings.account_sid)}/Calls/{call.sid}"
    own = call.to if call.direction is Direction.INBOUND else call.from_
    completed = call.status is CallStatus.COMPLETED
    return {
        "sid": call.sid,
        "date_created": rfc2822(call.created_at),
        "date_updated": rfc2822(call.updated_at),
        "parent_call_sid": call.parent_sid or None,
        "account_sid": settings.account_sid,
        "to": call.to,
        "to_formatted": call.to,
        "from": call.from_,
        "from_formatted": call.from_,
        "phone_number_sid": number_sid(own) if own in settings.numbers else None,
        "status": call.status,
        "start_time": rfc2822(call.answered_at or call.created_at)
        if call.status is not CallStatus.QUEUED
        else None,
        "end_time": rfc2822(call.ended_at) if call.ended_at else None,
        "duration": str(call.seconds) if completed else ("0" if call.ended else None),
        "price": None,
        "price_unit": "USD",
        "direction": call.direction,
        "answered_by": None,
        "api_version": API_VERSION,
        "forwarded_from": None,
        "group_sid": None,
        "caller_name": None,
        "queue_time": "0",
        "trunk_sid": None,
        "uri": f"{path}.json",
        "subresource_uris": {
            name: f"{path}/{child}.json" for name, child in _CALL_CHILDREN.items()
        },
    }


def conference_json(conference: Conference) -> dict[str, Any]:
    """A Conference resource."""
    account_sid = conference.services.settings.account_sid
    path = f"{account_path(account_sid)}/Conferences/{conference.sid}"
    return {
        "account_sid": account_sid,
        "api_version": API_VERSION,
        "date_created": rfc2822(conference.created_at),
        "date_updated": rfc2822(conference.updated_at),
        "friendly_name": conference.friendly_name,
        "sid": conference.sid,
        "region": "us1",
        "status": conference.status,
        "uri": f"{path}.json",
        "subresource_uris": {
            "participants": f"{path}/Participants.json",
            "recordings": f"{path}/Recordings.json",
        },
        "reason_conference_ended": conference.end_reason,
        "call_sid_ending_conference": conference.ended_by.call.sid if conference.ended_by else None,
    }


def participant_json(participant: Participant, *, fresh: bool = False) -> dict[str, Any]:
    """A Participant resource; queue_time is only given in the answer to its creation."""
    account_sid = participant.call.services.settings.account_sid
    conference = f"{account_path(account_sid)}/Conferences/{participant.conference_sid}"
    return {
        "account_sid": account_sid,
        "call_sid": participant.call.sid,
        "label": participant.label or None,
        "call_sid_to_coach": participant.wishes.coach_sid or None,
        "coaching": participant.coaching,
        "conference_sid": participant.conference_sid,
        "date_created": rfc2822(participant.created_at),
        "date_updated": rfc2822(participant.updated_at),
        "end_conference_on_exit": participant.wishes.end_on_exit,
        "muted": participant.muted,
        "hold": participant.hold,
        "start_conference_on_enter": participant.wishes.start_on_enter,
        "status": participant.status,
        "queue_time": "0" if fresh else None,
        "uri": f"{conference}/Participants/{participant.call.sid}.json",
    }
