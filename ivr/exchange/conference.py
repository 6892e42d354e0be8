"""A conference: who is in it, who hears whom, when it starts and why it ends."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from ivr.exchange.call import Call
from ivr.exchange.conference_events import Announcer
from ivr.exchange.faults import CarrierFault
from ivr.exchange.ids import new_sid
from ivr.exchange.media.music import carrier_music, entertain
from ivr.exchange.media.sound import warn
from ivr.exchange.participant import Participant, Wishes
from ivr.exchange.services import Services
from ivr.exchange.states import Cause
from ivr.exchange.transcript import Kind

LEAST_TO_START: Final = 2


class ConferenceStatus(StrEnum):
    """The carrier's states of a conference."""

    INIT = "init"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"


class EndReason(StrEnum):
    """Why a conference ended, in the carrier's words."""

    API = "conference-ended-via-api"
    MODERATOR_LEFT = "participant-with-end-conference-on-exit-left"
    MODERATOR_KICKED = "participant-with-end-conference-on-exit-kicked"
    LAST_KICKED = "last-participant-kicked"
    LAST_LEFT = "last-participant-left"


class Conference:
    """A room. It lives from the first who enters, or is invited, to the last who leaves."""

    def __init__(self, services: Services, friendly_name: str) -> None:
        self.services = services
        self.sid = new_sid("CF")
        self.friendly_name = friendly_name
        self.status = ConferenceStatus.INIT
        self.created_at = self.updated_at = services.clock.now()
        self.end_reason: EndReason | None = None
        self.ended_by: Participant | None = None
        self.participants: dict[str, Participant] = {}
        self.events = Announcer(self)

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return self.status is ConferenceStatus.COMPLETED

    @property
    def connected(self) -> list[Participant]:
        """Who is in the room, without those whose phone still rings."""
        return [one for one in self.participants.values() if one.connected]

    def find(self, sid_or_label: str) -> Participant | None:
        """A participant by call or by label."""
        for one in self.participants.values():
            if sid_or_label in (one.call.sid, one.label):
                return one
        return None

    def invite(self, call: Call, wishes: Wishes) -> Participant:
        """List a leg whose phone is about to ring."""
        participant = Participant(call, wishes, self, self.services.clock.now())
        self.participants[call.sid] = participant
        self.events.subscribe(wishes)
        return participant

    def enter(self, call: Call, wishes: Wishes) -> Participant:
        """A leg is connected; it may have been invited before."""
        participant = self.participants.get(call.sid) or self.invite(call, wishes)
        participant.connected = True
        self.touch(participant)
        call.membership = participant
        call.base = "conference"
        call.heard_by = lambda text, seconds: self.talk(participant, text, seconds)
        call.write(Kind.JOINED, self.friendly_name, conference_sid=self.sid, label=wishes.label)
        if participant.coaching:
            self._tell_coach(participant)
        self.events.about(participant, "participant-join")
        if wishes.beep in ("true", "onEnter"):
            self._beep(participant)
        self._start_if_ready()
        self._retune()
        return participant

    def leave(self, participant: Participant, cause: Cause) -> None:
        """A participant goes, willingly or not; nothing happens if they are gone already."""
        if self.participants.pop(participant.call.sid, None) is None:
            return
        participant.play("", None)
        call = participant.call
        was_connected, participant.connected = participant.connected, False
        if call.membership is participant:
            call.membership, call.heard_by = None, None
            call.base = "idle"
            call.write(Kind.LEFT, self.friendly_name, conference_sid=self.sid, reason=cause)
        self.events.left(participant, cause, was_connected)
        if was_connected and participant.wishes.beep in ("true", "onExit"):
            self._beep(participant)
        if not participant.left.done():
            participant.left.set_result(cause)
        self._end_if_due(participant, cause, was_connected)
        self._retune()

    def _end_if_due(self, gone: Participant, cause: Cause, was_connected: bool) -> None:
        if self.over or not was_connected:
            if not self.participants and not self.over:
                self.end(EndReason.LAST_LEFT, gone)
            return
        kicked = cause is Cause.KICKED
        if gone.wishes.end_on_exit:
            self.end(EndReason.MODERATOR_KICKED if kicked else EndReason.MODERATOR_LEFT, gone)
        elif not self.connected:
            self.end(EndReason.LAST_KICKED if kicked else EndReason.LAST_LEFT, gone)

    def end(self, reason: EndReason, by: Participant | None = None) -> None:
        """End the conference; everybody who is left goes on with their own TwiML.

        A phone that still rings goes on ringing, as with the real carrier: whoever invited it
        has to call it off.
        """
        if self.over:
            return
        self.status = ConferenceStatus.COMPLETED
        self.end_reason, self.ended_by = reason, by
        self.updated_at = self.services.clock.now()
        by_api = reason is EndReason.API
        for one in list(self.participants.values()):
            if one.connected:
                cause = Cause.CONFERENCE_ENDED_BY_API if by_api else Cause.CONFERENCE_OVER
                self.leave(one, cause)
        self.participants.clear()
        self.events.ended()

    def talk(self, speaker: Participant, text: str, seconds: float) -> None:
        """Somebody speaks; whoever can hear them does."""
        self.events.spoke(speaker, seconds)
        if speaker.muted or speaker.hold or self.status is not ConferenceStatus.IN_PROGRESS:
            return
        for one in self.connected:
            if one is speaker or one.hold:
                continue
            if speaker.coaching and one.call.sid != speaker.wishes.coach_sid:
                continue
            one.call.write(
                Kind.HEARD,
                text,
                from_label=speaker.label or speaker.call.phone,
                from_call_sid=speaker.call.sid,
            )

    def touch(self, participant: Participant) -> None:
        """Note that something about the conference has changed now."""
        self.updated_at = participant.updated_at = self.services.clock.now()

    def hold(self, participant: Participant, on: bool, url: str | None, method: str) -> None:
        """Put a participant on hold, change what they hear there, or take them back."""
        changed = participant.hold is not on
        participant.hold = on
        participant.hold_url, participant.hold_method = url, method
        self.touch(participant)
        if changed:
            participant.call.write(Kind.HELD if on else Kind.UNHELD, url or "")
            self.events.about(participant, "participant-hold" if on else "participant-unhold")
        participant.hears = ""
        self._retune()

    def mute(self, participant: Participant, on: bool) -> None:
        """Mute a participant, or let them speak again."""
        if participant.muted is on:
            return
        participant.muted = on
        self.touch(participant)
        participant.call.write(Kind.MUTED, "on" if on else "off")
        self.events.about(participant, "participant-mute" if on else "participant-unmute")

    def modify(self, participant: Participant, wishes: Wishes) -> None:
        """Change other attributes of a participant."""
        was_coaching, participant.wishes = participant.coaching, wishes
        self.touch(participant)
        if participant.coaching is not was_coaching:
            self._tell_coach(participant)
        self.events.about(participant, "participant-modify")
        self._retune()

    def _tell_coach(self, participant: Participant) -> None:
        coached = participant.wishes.coach_sid if participant.coaching else ""
        participant.call.write(Kind.COACHED, "on" if coached else "off", call_sid_to_coach=coached)

    def _beep(self, about: Participant) -> None:
        for one in self.connected:
            if one is not about:
                one.call.write(Kind.PLAYED, "(beep)", seconds=0.5)

    def _start_if_ready(self) -> None:
        inside = self.connected
        if self.status is not ConferenceStatus.INIT or len(inside) < LEAST_TO_START:
            return
        if any(one.wishes.start_on_enter for one in inside):
            self.status = ConferenceStatus.IN_PROGRESS
            self.events.started()

    def _retune(self) -> None:
        """Let everybody hear what is due: hold music, waiting music, or the room."""
        for one in self.connected:
            if one.hold:
                due = "hold"
            elif self.status is ConferenceStatus.INIT and one.wishes.wait_url != "":
                due = "wait"
            else:
                due = ""
            if one.hears != due:
                tasks = self.services.tasks
                one.play(due, tasks.start(self._music(one, due)) if due else None)

    async def _music(self, participant: Participant, due: str) -> None:
        call, wishes = participant.call, participant.wishes
        url = participant.hold_url if due == "hold" else wishes.wait_url
        method = participant.hold_method if due == "hold" else wishes.wait_method
        if not url:
            await carrier_music(call)
            return
        try:
            await entertain(call, url, method, self._music_params)
        except CarrierFault as problem:
            warn(call, problem.fault)
            if due == "wait":
                # Without its waitUrl the carrier does not let a caller into the conference.
                self.leave(participant, Cause.NO_WAIT_MUSIC)

    def _music_params(self) -> Mapping[str, str]:
        return {"ConferenceSid": self.sid, "FriendlyName": self.friendly_name}

    def as_json(self) -> dict[str, Any]:
        """The conference as the practice interface shows it."""
        return {
            "sid": self.sid,
            "friendly_name": self.friendly_name,
            "status": self.status,
            "participants": [
                {
                    "call_sid": one.call.sid,
                    "label": one.label,
                    "muted": one.muted,
                    "hold": one.hold,
                    "coaching": one.coaching,
                }
                for one in self.participants.values()
            ],
        }
