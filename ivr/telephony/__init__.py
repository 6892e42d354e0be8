"""The carrier, and nothing but the carrier: TwiML out, webhooks checked, commands sent.

The facts about the carrier that this room rests on are in docs/carrier.md.
"""
