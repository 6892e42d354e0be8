"""Which elements and attributes the carrier knows in a voice document.

Taken from the public reference of each verb; ``tests/exchange`` compares it with the client
library, which is the freshest grammar there is.
"""

from __future__ import annotations

from typing import Final

_CALLBACKS: Final = frozenset({"statusCallback", "statusCallbackEvent", "statusCallbackMethod"})
_RECORDING: Final = frozenset(
    {
        "recordingStatusCallback",
        "recordingStatusCallbackMethod",
        "recordingStatusCallbackEvent",
        "trim",
    }
)
_DETECTION: Final = frozenset(
    {
        "machineDetection",
        "amdStatusCallback",
        "amdStatusCallbackMethod",
        "machineDetectionTimeout",
        "machineDetectionSpeechThreshold",
        "machineDetectionSpeechEndThreshold",
        "machineDetectionSilenceTimeout",
    }
)

ATTRIBUTES: Final[dict[str, frozenset[str]]] = {
    "Response": frozenset(),
    "Say": frozenset({"voice", "language", "loop"}),
    "Play": frozenset({"loop", "digits"}),
    "Pause": frozenset({"length"}),
    "Redirect": frozenset({"method"}),
    "Hangup": frozenset(),
    "Leave": frozenset(),
    "Reject": frozenset({"reason"}),
    "Gather": frozenset(
        {
            "action",
            "method",
            "input",
            "timeout",
            "speechTimeout",
            "maxSpeechTime",
            "profanityFilter",
            "finishOnKey",
            "numDigits",
            "partialResultCallback",
            "partialResultCallbackMethod",
            "language",
            "hints",
            "bargeIn",
            "debug",
            "actionOnEmptyResult",
            "speechModel",
            "enhanced",
        }
    ),
    "Dial": frozenset(
        {
            "action",
            "method",
            "timeout",
            "hangupOnStar",
            "timeLimit",
            "callerId",
            "record",
            "recordingTrack",
            "answerOnBridge",
            "ringTone",
            "sequential",
            "referUrl",
            "referMethod",
            "events",
        }
    )
    | _RECORDING,
    "Number": frozenset({"sendDigits", "url", "method", "byoc", "callReason"})
    | _CALLBACKS
    | _DETECTION,
    "Client": frozenset({"url", "method"}) | _CALLBACKS,
    "Sip": frozenset({"username", "password", "url", "method"}) | _CALLBACKS | _DETECTION,
    "Conference": frozenset(
        {
            "muted",
            "beep",
            "startConferenceOnEnter",
            "endConferenceOnExit",
            "waitUrl",
            "waitMethod",
            "maxParticipants",
            "record",
            "region",
            "coach",
            "jitterBufferSize",
            "participantLabel",
            "eventCallbackUrl",
        }
    )
    | _CALLBACKS
    | _RECORDING,
    "Record": frozenset(
        {
            "action",
            "method",
            "timeout",
            "finishOnKey",
            "maxLength",
            "playBeep",
            "transcribe",
            "transcribeCallback",
        }
    )
    | _RECORDING,
    "Enqueue": frozenset(
        {"action", "method", "maxQueueSize", "waitUrl", "waitUrlMethod", "workflowSid"}
    ),
    "Connect": frozenset({"action", "method"}),
    "Stream": frozenset(
        {"name", "connectorName", "url", "track", "statusCallback", "statusCallbackMethod"}
    ),
    "Parameter": frozenset({"name", "value"}),
}

CHILDREN: Final[dict[str, frozenset[str]]] = {
    "Gather": frozenset({"Say", "Play", "Pause"}),
    "Dial": frozenset({"Number", "Client", "Sip", "Conference"}),
    "Connect": frozenset({"Stream"}),
    "Stream": frozenset({"Parameter"}),
    "Client": frozenset({"Identity", "Parameter"}),
}

VERBS: Final = frozenset(
    {
        "Say",
        "Play",
        "Pause",
        "Redirect",
        "Hangup",
        "Leave",
        "Reject",
        "Gather",
        "Dial",
        "Record",
        "Enqueue",
        "Connect",
    }
)
