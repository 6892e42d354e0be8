"""HTTP's door: the carrier's webhooks, the agents' desk. Views parse, call one flow, render."""
