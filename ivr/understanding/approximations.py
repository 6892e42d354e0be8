"""How words around a number of years change it: 快七十, 六十好几, 差一岁八十, 虚岁七十."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from ivr.understanding.lexicon import any_of, table
from ivr.understanding.numbers import Number, value_of

_DATA: Final = table("ages")


@dataclass(frozen=True, slots=True)
class Approximation:
    """Words that widen or shift a number of years.

    Attributes:
        name: what they mean, for the reasons.
        seen: the pattern that found them.
        low, high: added to the number for the youngest and the oldest age, in years.
        exact: whether they shift any number, not only a multiple of ten (明年七十二).
    """

    name: str
    seen: re.Pattern[str]
    low: int
    high: int
    exact: bool = False


def _listed(key: str, form: str) -> tuple[Approximation, ...]:
    return tuple(
        Approximation(
            one.get("name", ""),
            re.compile(form.replace("ANY", one["any"])),
            one["low"],
            one["high"],
        )
        for one in _DATA[key]
    )


NAMED: Final = _listed("named", "ANY")  # 花甲, 古稀; low and high are ages here.

_BEFORE: Final = _listed("before", f"(?:ANY)(?:{_DATA['fill']})$")
_AFTER: Final = _listed("after", "^(?:ANY)")
_OFF: Final = re.compile(_DATA["off"])
_OFF_AFTER: Final = re.compile(_DATA["off_after"])
_SHIFTS: Final[dict[str, int]] = _DATA["shifts"]
_SHIFT: Final = re.compile(f"({any_of(_SHIFTS)}){_DATA['shift_fill']}")
_BIRTHDAY: Final = re.compile(_DATA["birthday"])
_HALF: Final = re.compile(_DATA["half"])
_NOMINAL_BEFORE: Final = re.compile(_DATA["nominal_before"])
_NOMINAL_AFTER: Final = re.compile(_DATA["nominal_after"])
_EXACT_BEFORE: Final = re.compile(_DATA["exact_before"])


@dataclass(frozen=True, slots=True)
class Setting:
    """The words around a number, and the approximations among them.

    Attributes:
        before, after: the text just before the number and all of it after.
        ahead: what stands before it (快, 奔, 差一岁), or None.
        behind: what stands after it (出头, 好几), or None.
        rest: *after* without ``behind``.
    """

    before: str
    after: str
    ahead: Approximation | None
    behind: Approximation | None
    rest: str

    @classmethod
    def of(cls, before: str, after: str) -> Setting:
        short = _OFF_AFTER.match(after)
        behind = next((one for one in _AFTER if one.seen.match(after)), None)
        hit = behind.seen.match(after) if behind else None
        return cls(
            before=before,
            after=after,
            ahead=_short_of(short) if short else approximation_before(before),
            behind=behind,
            rest=after[hit.end() :] if hit else after,
        )

    @property
    def is_nominal(self) -> bool:
        """Whether the years are counted from birth as one, and one more at each new year."""
        if _EXACT_BEFORE.search(self.before):
            return False
        return bool(_NOMINAL_BEFORE.search(self.before) or _NOMINAL_AFTER.match(self.rest))


def approximation_before(before: str) -> Approximation | None:
    """The approximation that the words *before* a number end with, or None.

    >>> approximation_before("我还差两岁").low, approximation_before("我都快").name
    (-2, 'nearly')
    """
    if hit := _OFF.search(before):
        return _short_of(hit)
    if hit := _SHIFT.search(before):
        years = _SHIFTS[hit[1]]
        return Approximation("told of another year", _SHIFT, years, years, exact=True)
    return next((one for one in _BEFORE if one.seen.search(before)), None)


def _short_of(hit: re.Match[str]) -> Approximation:
    """差两岁八十 is 78; a few months or half a year short of 80 is 79."""
    count, in_years = hit["n"], hit["unit"] in ("岁", "年")
    vague = "几" in count or "半" in count
    years = value_of(count) if in_years and not vague else 1
    return Approximation("some time short of", _OFF, -years, -years, exact=True)


def bounds(number: Number, setting: Setting) -> tuple[int, int, str]:
    """The youngest and oldest age, and the approximation in words for the reasons.

    The widths are those of the codebook of the labelled utterances:

    >>> from ivr.understanding.numbers import numbers
    >>> def ages(before: str, words: str, after: str) -> tuple[int, int]:
    ...     return bounds(next(numbers(words)), Setting.of(before, after))[:2]
    >>> ages("我快", "八十", "了"), ages("", "七十", "出头"), ages("", "六十", "好几了")
    ((77, 79), (70, 73), (64, 69))
    >>> ages("我快", "七十三", "了"), ages("差一岁", "九十", ""), ages("去年", "七十", "")
    ((72, 72), (89, 89), (71, 71))
    """
    low, high = number.low, number.high
    ahead, behind = setting.ahead, setting.behind
    if ahead and _BIRTHDAY.match(setting.after):  # 过七十大寿 is not past it.
        years = 0 if ahead.name == "past" else max(ahead.low, -1)
        return low + years, high + years, f", {ahead.name}" if years else ""
    if ahead and ahead.exact:
        return low + ahead.low, high + ahead.high, f", {ahead.name}"
    if behind and number.is_round and not _HALF.match(setting.after):
        low, high = low + behind.low, high + behind.high
        if ahead is None or ahead.name != "nearly":
            return low, high, f", {behind.name}"
    elif behind and behind.low < 0 < behind.high:
        return low + behind.low, high + behind.high, f", {behind.name}"
    if ahead is None or (ahead.name == "about" and not number.is_round):
        return low, high, ""
    if number.is_round and behind is None:
        return low + ahead.low, high + ahead.high, f", {ahead.name}"
    if ahead.high < 0:
        return low - 1, high - 1, f", {ahead.name}"
    return low, high, ""  # 过六十五了 is at least 65 and, most likely, 65.
