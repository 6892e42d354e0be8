"""What the hotline is told of a conference."""

from __future__ import annotations

from typing import Final, Protocol

from ivr.exchange.delivery import Webhook
from ivr.exchange.ids import rfc2822
from ivr.exchange.misbehaviour import On
from ivr.exchange.participant import Participant, Wishes
from ivr.exchange.services import Services
from ivr.exchange.states import Cause

SUBSCRIPTIONS: Final = {
    "conference-start": "start",
    "conference-end": "end",
    "participant-join": "join",
    "participant-leave": "leave",
    "participant-mute": "mute",
    "participant-unmute": "mute",
    "participant-hold": "hold",
    "participant-unhold": "hold",
    "participant-modify": "modify",
    "participant-speech-start": "speaker",
    "participant-speech-stop": "speaker",
    "announcement-end": "announcement",
    "announcement-fail": "announcement",
}
"""Under which name the hotline subscribes to each event."""

EVENT_NAMES: Final = frozenset(SUBSCRIPTIONS.values())

_LEFT: Final = {
    Cause.HUNG_UP: "participant_hung_up",
    Cause.LOST: "participant_hung_up",
    Cause.CONFERENCE_OVER: "moderator_ended_conference",
    Cause.CONFERENCE_ENDED_BY_API: "conference_ended_via_api",
    Cause.NO_WAIT_MUSIC: "participant_add_failed",
}

_WHY_ENDED: Final = {
    "conference-ended-via-api": "Conference ended via API",
    "participant-with-end-conference-on-exit-left": (
        "Participant with label/callSid {} and endConferenceOnExit=true left"
    ),
    "participant-with-end-conference-on-exit-kicked": (
        "Participant with label/callSid {} and endConferenceOnExit=true was removed"
    ),
    "last-participant-kicked": "The last participant {} was removed",
    "last-participant-left": "The last participant {} left",
}


class Room(Protocol):
    """A conference, as far as its events need it."""

    services: Services
    sid: str
    friendly_name: str
    ended_by: Participant | None

    @property
    def end_reason(self) -> str | None:
        """Why it ended."""


class Announcer:
    """Sends a conference's events to the one address that the first participant named."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._url = ""
        self._method = "POST"
        self._events: frozenset[str] = frozenset()
        self._settled = False
        self._sent = 0

    def subscribe(self, wishes: Wishes) -> None:
        """The first participant decides for all; what later ones want is ignored."""
        if self._settled:
            return
        self._settled = True
        self._url, self._method = wishes.status_url, wishes.status_method
        self._events = wishes.status_events

    def started(self) -> None:
        """The conference has begun."""
        self._send("conference-start", {})

    def ended(self) -> None:
        """The conference is over."""
        room = self._room
        by = room.ended_by
        reason = str(room.end_reason)
        self._send(
            "conference-end",
            {
                "CallSidEndingConference": by.call.sid if by else "",
                "ParticipantLabelEndingConference": by.label if by else "",
                "ReasonConferenceEnded": reason,
                "Reason": _WHY_ENDED[reason].format((by.label or by.call.sid) if by else ""),
            },
        )

    def left(self, participant: Participant, cause: Cause, was_connected: bool) -> None:
        """Somebody is gone, or never came."""
        reason = _LEFT.get(cause, "participant_updated_via_api")
        if not was_connected:
            reason = "participant_add_failed"
        self.about(
            participant,
            "participant-leave",
            {
                "ParticipantCallStatus": participant.call.status.value,
                "ReasonParticipantLeft": reason,
            },
        )

    def spoke(self, participant: Participant, seconds: float) -> None:
        """Somebody speaks for so long."""
        if "speaker" not in self._events:
            return
        self.about(participant, "participant-speech-start")
        self._room.services.tasks.start(self._falls_silent(participant, seconds))

    async def _falls_silent(self, participant: Participant, seconds: float) -> None:
        await self._room.services.clock.sleep(seconds)
        self.about(participant, "participant-speech-stop")

    def about(
        self, participant: Participant, event: str, extra: dict[str, str] | None = None
    ) -> None:
        """Something happened to a participant."""
        params = {
            "CallSid": participant.call.sid,
            "Muted": _word(participant.muted),
            "Hold": _word(participant.hold),
            "Coaching": _word(participant.coaching),
            "EndConferenceOnExit": _word(participant.wishes.end_on_exit),
            "StartConferenceOnEnter": _word(participant.wishes.start_on_enter),
        }
        if participant.label:
            params["ParticipantLabel"] = participant.label
        self._send(event, params | (extra or {}))

    def announced(self, url: str, participant: Participant | None, failure: str) -> None:
        """An announcement has ended, or could not be made."""
        event = "announcement-fail" if failure else "announcement-end"
        extra = {"AnnounceUrl": url} | ({"ReasonAnnouncementFailed": failure} if failure else {})
        if participant is not None:
            self.about(participant, event, extra)
        else:
            self._send(event, extra)

    def _send(self, event: str, params: dict[str, str]) -> None:
        if not self._url or SUBSCRIPTIONS[event] not in self._events:
            return
        services = self._room.services
        self._sent += 1
        everything = params | {
            "AccountSid": services.settings.account_sid,
            "ConferenceSid": self._room.sid,
            "FriendlyName": self._room.friendly_name,
            "SequenceNumber": str(self._sent),
            "StatusCallbackEvent": event,
            "Timestamp": rfc2822(services.clock.now()),
        }
        services.webhooks.notify(
            Webhook(
                self._url,
                frozenset({On.CONFERENCE}),
                everything,
                self._method,
                params.get("CallSid", ""),
            )
        )


def _word(flag: bool) -> str:
    return "true" if flag else "false"
