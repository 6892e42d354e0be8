"""What the hotline is told of a call: the parameters of webhooks, and status callbacks."""

from __future__ import annotations

from typing import Final

from ivr.exchange.call import Call
from ivr.exchange.delivery import Webhook
from ivr.exchange.ids import country, rfc2822
from ivr.exchange.misbehaviour import On
from ivr.exchange.states import Direction

API_VERSION: Final = "2010-04-01"

# What the far end's exchange says when a leg ends; the carrier passes it on.
_SIP_CODES: Final = {
    "completed": "200",
    "busy": "486",
    "no-answer": "487",
    "canceled": "487",
    "failed": "404",
}


def call_params(call: Call) -> dict[str, str]:
    """The parameters of every request about a call.

    Blank ones are sent as well: for callers from abroad the carrier leaves city, state and
    zip empty, and the empty fields count in the signature.
    """
    params = {
        "AccountSid": call.services.settings.account_sid,
        "ApiVersion": API_VERSION,
        "CallSid": call.sid,
        "CallStatus": call.status.value,
        "Called": call.to,
        "Caller": call.from_,
        "Direction": call.direction.value,
        "From": call.from_,
        "To": call.to,
    }
    for end, endpoint in (("From", call.from_), ("To", call.to)):
        if ":" in endpoint:
            continue  # Browser phones and SIP addresses have no place on earth.
        twin = {"From": "Caller", "To": "Called"}[end]
        for name in (end, twin):
            params |= {f"{name}{field}": "" for field in ("City", "State", "Zip")}
            params[f"{name}Country"] = country(endpoint)
    if call.parent_sid:
        params["ParentCallSid"] = call.parent_sid
    return params


def report_progress(call: Call, event: str) -> None:
    """Send the status callback for *event* if the call asked for it.

    Nobody is told of a call that was called off while it was still queued.
    """
    plan = call.progress
    if plan is None or not plan.url or event not in plan.events or not call.dialled:
        return
    params = call_params(call) | {
        "CallbackSource": "call-progress-events",
        "SequenceNumber": str(plan.sent),
        "Timestamp": rfc2822(call.services.clock.now()),
    }
    plan.sent += 1
    if event == "initiated":
        params["CallStatus"] = event  # Known to callbacks only; the resource is still queued.
    if event == "completed":
        params["CallDuration"] = str(call.seconds)
        # Minutes as they are charged: every one that has begun.
        params["Duration"] = str(-(-call.seconds // 60))
        if call.direction is not Direction.INBOUND:
            params["SipResponseCode"] = _SIP_CODES[call.status]
    call.services.webhooks.notify(
        Webhook(plan.url, frozenset({On.STATUS}), params, plan.method, call.sid, call.jar)
    )
