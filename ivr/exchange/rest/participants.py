"""The Participants of a conference."""

from __future__ import annotations

from dataclasses import replace

from aiohttp import web

from ivr.exchange.conference import Conference
from ivr.exchange.conference_events import EVENT_NAMES
from ivr.exchange.ids import CALL_SID
from ivr.exchange.keys import WORLD
from ivr.exchange.orders import Order, announce, end_call, invite
from ivr.exchange.participant import Participant, Wishes
from ivr.exchange.rest.conferences import find_conference
from ivr.exchange.rest.forms import Form, required
from ivr.exchange.rest.paging import page
from ivr.exchange.rest.problems import RestProblem, invalid, not_found
from ivr.exchange.rest.render import participant_json
from ivr.exchange.states import Cause
from ivr.exchange.verbs.dial_conference import bad_label

DEFAULT_EVENTS = frozenset({"start", "end"})


def find_participant(request: web.Request) -> tuple[Conference, Participant]:
    """The participant that the address names, by call or by label."""
    conference = find_conference(request)
    participant = conference.find(request.match_info["participant"])
    if participant is None:
        raise not_found(request)
    return conference, participant


async def create(request: web.Request) -> web.Response:
    """POST Conferences/{CF… or name}/Participants.json: call somebody into a conference."""
    world = request.app[WORLD]
    form = await Form.of(request)
    from_, to = required(form, world.services.settings.numbers)
    order = Order(
        from_,
        to,
        timeout_s=form.whole("Timeout", 60, 5, 600, 21208),
        limit_s=form.whole("TimeLimit", 4 * 3600, 1, 24 * 3600, 20422),
        progress=form.progress(one_word_each=False),
    )
    wishes = _wishes(form)
    conference = _conference(request)
    _check(conference, wishes)
    participant = invite(world, conference, order, wishes)
    return web.json_response(participant_json(participant, fresh=True), status=201)


def _conference(request: web.Request) -> Conference:
    """The conference to invite to; a name that is not in use makes a new one."""
    world, wanted = request.app[WORLD], request.match_info["conference"]
    by_sid = world.conferences.get(wanted)
    if by_sid is None:
        return world.room(wanted)
    if by_sid.over:
        raise RestProblem(16022, "Conference does not exist or is completed", 404)
    return by_sid


def _wishes(form: Form) -> Wishes:
    coach = form.text("CallSidToCoach")
    if coach and not CALL_SID.fullmatch(coach):
        raise invalid("CallSidToCoach", coach)
    coaching = form.flag("Coaching", bool(coach))
    if coaching and not coach:
        raise RestProblem(20422, "CallSidToCoach is required when Coaching is true")
    beep = form.text("Beep", "true")
    if beep not in ("true", "false", "onEnter", "onExit"):
        raise invalid("Beep", beep)
    events = form.words("ConferenceStatusCallbackEvent")
    for event in events:
        if event not in EVENT_NAMES:
            raise invalid("ConferenceStatusCallbackEvent", event)
    return Wishes(
        label=form.text("Label"),
        muted=form.flag("Muted", False),
        start_on_enter=form.flag("StartConferenceOnEnter", True),
        end_on_exit=form.flag("EndConferenceOnExit", False),
        beep=beep,
        wait_url=form.url("WaitUrl") if "WaitUrl" in form else None,
        wait_method=form.method("WaitMethod"),
        coach_sid=coach,
        coaching=coaching,
        most_participants=form.whole("MaxParticipants", 250, 2, 250, 20422),
        status_url=form.url("ConferenceStatusCallback"),
        status_method=form.method("ConferenceStatusCallbackMethod"),
        status_events=frozenset(events) or DEFAULT_EVENTS,
    )


def _check(conference: Conference, wishes: Wishes) -> None:
    if wishes.label:
        if bad_label(wishes.label):
            raise RestProblem(
                16024,
                "Invalid participant label, must not exceed 128 characters,"
                " must not be a CallSid, must not contain '/'",
            )
        if conference.find(wishes.label):
            raise RestProblem(16026, "Participant label is in use by another participant", 409)
    if len(conference.participants) >= wishes.most_participants:
        raise RestProblem(16020, "Conference is full")
    if wishes.coaching:
        _check_coached(conference, wishes.coach_sid)


def _check_coached(conference: Conference, sid: str) -> None:
    coached = conference.participants.get(sid)
    if coached is None or not coached.connected:
        raise RestProblem(16028, "Participant to be whispered is not present in the conference")
    if coached.hold:
        raise RestProblem(16027, "Participant to be whispered is on hold")


async def fetch(request: web.Request) -> web.Response:
    """GET Participants/{CA… or label}.json: one participant."""
    return web.json_response(participant_json(find_participant(request)[1]))


async def update(request: web.Request) -> web.Response:
    """POST Participants/{CA… or label}.json: hold, mute, coach, announce, change flags."""
    conference, participant = find_participant(request)
    form = await Form.of(request)
    _change_flags(conference, participant, form)
    if "Muted" in form:
        conference.mute(participant, form.flag("Muted", False))
    if "Hold" in form:
        url = form.url("HoldUrl") or None
        method = form.method("HoldMethod", "GET")
        conference.hold(participant, form.flag("Hold", False), url, method)
    announcement = form.url("AnnounceUrl")
    if announcement:
        method = form.method("AnnounceMethod")
        announce(request.app[WORLD], conference, participant, announcement, method)
    return web.json_response(participant_json(participant))


def _change_flags(conference: Conference, participant: Participant, form: Form) -> None:
    """Change what the carrier calls the attributes of a participant.

    While a participant is on hold the real carrier says yes and changes nothing; who relies
    on the answer ends a conference that was meant to go on. We do as it does. Seen in
    twilio-professional-services/flex-dialpad-addon-plugin, issue 60.
    """
    old = participant.wishes
    coach = form.text("CallSidToCoach", old.coach_sid)
    new = replace(
        old,
        end_on_exit=form.flag("EndConferenceOnExit", old.end_on_exit),
        beep=_beep_on_exit(form, old.beep),
        coach_sid=coach,
        coaching=form.flag("Coaching", bool(coach) if "CallSidToCoach" in form else old.coaching),
        wait_url=form.url("WaitUrl") if "WaitUrl" in form else old.wait_url,
        wait_method=form.method("WaitMethod", old.wait_method),
    )
    if new.coaching and not new.coach_sid:
        raise RestProblem(20422, "CallSidToCoach is required when Coaching is true")
    if new == old or participant.hold:
        return
    if new.coaching and not old.coaching:
        _check_coached(conference, new.coach_sid)
    conference.modify(participant, new)


def _beep_on_exit(form: Form, beep: str) -> str:
    """The beep attribute after BeepOnExit has changed.

    >>> from multidict import MultiDict
    >>> _beep_on_exit(Form(MultiDict(BeepOnExit="true")), "onEnter")
    'true'
    >>> _beep_on_exit(Form(MultiDict(BeepOnExit="false")), "true")
    'onEnter'
    """
    if "BeepOnExit" not in form:
        return beep
    enters = beep in ("true", "onEnter")
    if form.flag("BeepOnExit", False):
        return "true" if enters else "onExit"
    return "onEnter" if enters else "false"


async def remove(request: web.Request) -> web.Response:
    """DELETE Participants/{CA… or label}.json: remove somebody from the conference."""
    conference, participant = find_participant(request)
    if participant.connected:
        conference.leave(participant, Cause.KICKED)
    else:
        end_call(participant.call, "completed")
    return web.Response(status=204)


async def listed(request: web.Request) -> web.Response:
    """GET Participants.json: who is in the conference, and whose phone rings."""
    conference = find_conference(request)
    wanted = {
        name: request.query[name].lower() == "true"
        for name in ("Muted", "Hold", "Coaching")
        if name in request.query
    }
    chosen = [
        one
        for one in conference.participants.values()
        if wanted.get("Muted", one.muted) == one.muted
        and wanted.get("Hold", one.hold) == one.hold
        and wanted.get("Coaching", one.coaching) == one.coaching
    ]
    return page(request, "participants", [participant_json(one) for one in chosen])
