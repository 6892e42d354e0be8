"""The practice exchange: a telephone network on one machine.

Towards the hotline it behaves as Twilio Programmable Voice is documented to: it requests
TwiML with signed webhooks, executes it leg by leg, keeps conferences, reports statuses, and
offers the same REST resources, so that the official client works against it unchanged.
Towards people it offers telephones: a page in the browser and a small JSON interface, through
which a test or a demonstration dials, presses keys, talks, answers and hangs up.

It shares no code with the hotline (only ``ivr.errors``), keeps everything in memory, and its
clock may run faster than life. Deliberate trouble (lost, late, doubled and reordered webhooks,
failing REST answers, broken streams) can be switched on while it runs.

What it does not do is data, because the page shows it too: ``ivr.exchange.lacks.LACKS``.
Nobody's voice is heard: what is said and played are words in a transcript that take the time
they would take. Dialled queues, one-way streams, recordings of conferences, answering-machine
detection, SIP signalling, pay, transcription, prices and TaskRouter are left out.
"""
