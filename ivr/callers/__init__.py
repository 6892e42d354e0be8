"""Who is calling: number → line, customers on it → segment, number → place → dialects."""

from ivr.callers.age import age_on, is_elder, today_in_shanghai
from ivr.callers.dialects import MANDARIN, Dialect, dialects, find_dialect
from ivr.callers.number import Identified, Unidentified, WhyNot, identify, line_of, mask, tail
from ivr.callers.place import Confidence, PlaceFinding, place_of
from ivr.callers.segment import (
    CustomerOnLine,
    Segment,
    SegmentFinding,
    not_looked_up,
    segment_of,
)

__all__ = [
    "MANDARIN",
    "Confidence",
    "CustomerOnLine",
    "Dialect",
    "Identified",
    "PlaceFinding",
    "Segment",
    "SegmentFinding",
    "Unidentified",
    "WhyNot",
    "age_on",
    "dialects",
    "find_dialect",
    "identify",
    "is_elder",
    "line_of",
    "mask",
    "not_looked_up",
    "place_of",
    "segment_of",
    "tail",
    "today_in_shanghai",
]
