"""What callers said: text → intent, age, whose age, dialect; with reasons.

Pure: no model, no clock, no I/O but the packaged data, which is read once.
"""

from ivr.understanding.engine import understand
from ivr.understanding.model import AgeOf, Elder, Intent, Understanding

__all__ = ["AgeOf", "Elder", "Intent", "Understanding", "understand"]
