"""Number → place → dialects to ask about.

The place is where the number was issued. That is not where the caller lives, and still less
what they speak: it only ranks which dialect to **ask about** first, and nobody is transferred
on the strength of it.

Mobile numbers are looked up by their first seven digits in the data of the ``phone`` package,
which loads in 4 ms, fixed lines by area code in ``data/area_codes.csv``. The geocoder of
``phonenumbers`` has both but takes 100 MB and more than a second, and is never imported.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final, Protocol

import phonenumbers

from ivr.callers import tables
from ivr.callers.dialects import MANDARIN, dialects
from ivr.errors import BadFile

PLACE_COLUMNS: Final = (
    "place_zh",
    "place_en",
    "level",
    "province",
    "city",
    "dialects",
    "confidence",
)
AREA_COLUMNS: Final = ("prefix", "place_zh")

# Public data sets disagree about these ranges: one puts all of 173 in Beijing, and of 178 a
# quarter in another province. 173 is not believed, 178 not enough to speak of a dialect.
NOT_BELIEVED: Final = frozenset({"173"})
DOUBTED: Final = frozenset({"178"})

_MOBILE: Final = re.compile(r"\+86(1[3-9][0-9]{9})")
_CHINESE: Final = re.compile(r"\+86([0-9]{10,11})")
# Numbers with a country code of their own that the table of places knows.
_REGIONS: Final = {852: "香港", 853: "澳门特区", 886: "台湾地区"}


class Confidence(StrEnum):
    """How sure the ranking of the dialects is: a judgement, not a statistic."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    NONE = "none"


class Level(StrEnum):
    """What kind of place it is; ``multi`` is an area code that several cities share."""

    CITY = "city"
    MULTI = "multi"
    MUNICIPALITY = "municipality"
    PROVINCE = "province"
    REGION = "region"
    COUNTRY = "country"


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A place, and what its older inhabitants speak, the likeliest first."""

    place_zh: str
    place_en: str
    level: Level
    province: str
    city: str
    dialects: tuple[str, ...]
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class PlaceFinding:
    """Where a number was issued, what is spoken there, and how we know.

    ``dialects`` are codes, the likeliest first, and never empty: Mandarin is what remains.
    ``reasons`` has a sentence for each step and says nothing of the number itself.
    """

    place: str | None
    dialects: tuple[str, ...]
    confidence: Confidence
    reasons: tuple[str, ...]

    @property
    def to_ask(self) -> tuple[str, ...]:
        """The dialects that we may bring up ourselves: none unless the table is fairly sure."""
        if self.confidence not in (Confidence.HIGH, Confidence.MEDIUM):
            return ()
        return tuple(code for code in self.dialects if code != MANDARIN)


class _Mobiles(Protocol):
    """What we use of ``phone.Phone``, which has no types."""

    def find(self, phone_num: str) -> dict[str, str] | None: ...


class Places:
    """The table of places, in the three ways in which it is looked up."""

    def __init__(self, rows: tuple[PlaceRow, ...]) -> None:
        self._by_name = {row.place_zh: row for row in rows}
        self._by_city: dict[tuple[str, str], PlaceRow] = {}
        # A city has several spellings, all with the same dialects: the fullest name is shown.
        for row in sorted(rows, key=lambda row: len(row.place_zh)):
            if row.level is not Level.MULTI:
                self._by_city[row.province, row.city] = row

    def named(self, place_zh: str) -> PlaceRow | None:
        return self._by_name.get(place_zh)

    def city(self, province: str, city: str) -> PlaceRow | None:
        return self._by_city.get((province, city)) if city else None

    def province(self, province: str) -> PlaceRow | None:
        return self._by_city.get((province, ""))


def place_of(e164: str) -> PlaceFinding:
    """The place of a number, and the dialects to ask about there.

    Args:
        e164: a number as :func:`ivr.callers.identify` gives it.

    >>> finding = place_of("+862800000018")
    >>> finding.place, finding.dialects, finding.confidence.value, finding.to_ask
    ('四川省成都市、资阳市、眉山市', ('cmn-x-chengyu',), 'low', ())
    >>> place_of("+8687000000018").to_ask
    ('cmn-x-yunnan', 'cmn-x-chengyu')
    >>> place_of("+14155550100").reasons
    ('The number belongs to country code 1.', 'The place says nothing of a dialect.')
    """
    if mobile := _MOBILE.fullmatch(e164):
        return _of_mobile(mobile[1])
    if chinese := _CHINESE.fullmatch(e164):
        return _of_fixed_line(chinese[1])
    try:
        country = phonenumbers.parse(e164).country_code
    except phonenumbers.NumberParseException:
        return _nowhere("It is not a number in E.164.")
    abroad = f"The number belongs to country code {country}."
    region = places().named(_REGIONS.get(country or 0, ""))
    return _found(region, abroad) if region else _nowhere(abroad)


def _of_mobile(number: str) -> PlaceFinding:
    kind = f"A mobile number of range {number[:3]}"
    if number[:3] in NOT_BELIEVED:
        return _nowhere(f"{kind}, whose places are not reliable.")
    record = _mobiles().find(number[:7])
    if record is None:
        return _nowhere(f"{kind}, not in the data of the phone package.")
    province, city, area_code = record["province"], record["city"], record["area_code"]
    source = f"{kind}, issued in {province} {city} (phone package)."
    row = places().city(province, city)
    if row is None:
        # The data call some prefectures by the name that their seat once had (思茅 for 普洱),
        # but give the area code, which has stayed.
        row = area_codes().get(area_code.removeprefix("0"))
        if row is None or row.province != province:
            row = places().province(province)
        if row is None:
            return _nowhere(source, "The table of places has neither the city nor the province.")
        source = f"{source[:-1]}, area code {area_code}."
    return _found(row, source, doubted=number[:3] in DOUBTED)


def _of_fixed_line(number: str) -> PlaceFinding:
    for length in range(_longest_prefix(), 1, -1):
        row = area_codes().get(number[:length])
        if row is not None:
            return _found(row, f"A fixed line that begins with 0{number[:length]}.")
    return _nowhere("A number of China without a known area code.")


def _found(row: PlaceRow, source: str, *, doubted: bool = False) -> PlaceFinding:
    reasons = [source]
    confidence = row.confidence
    if doubted and confidence is not Confidence.NONE:
        confidence = Confidence.LOW
        reasons.append("The places of this range are often wrong.")
    reasons.append(
        f"{row.place_zh} ({row.level}): {', '.join(row.dialects)}; confidence {confidence}."
    )
    if confidence in (Confidence.LOW, Confidence.NONE):
        reasons.append("Not sure enough to bring up a dialect ourselves.")
    return PlaceFinding(row.place_zh, row.dialects, confidence, tuple(reasons))


def _nowhere(*reasons: str) -> PlaceFinding:
    return PlaceFinding(
        None, (MANDARIN,), Confidence.NONE, (*reasons, "The place says nothing of a dialect.")
    )


@lru_cache(maxsize=1)
def places() -> Places:
    """The places of the package."""
    return load_places(tables.DATA / "place_dialect.csv")


def load_places(path: Path) -> Places:
    """The places in *path*, checked against the dialects of the package.

    Raises:
        BadFile: with the line, for an unreadable file, an unknown level, confidence or
            dialect, a row without a dialect, or a place that occurs twice.
    """
    found: dict[str, PlaceRow] = {}
    known = {MANDARIN, *dialects()}
    for where, row in tables.rows(path, PLACE_COLUMNS):
        spoken = tables.several(row["dialects"])
        if row["place_zh"] in found:
            raise BadFile(where, f"{row['place_zh']} occurs twice.", "Keep one of the rows.")
        if not spoken or not known.issuperset(spoken):
            raise BadFile(
                where,
                f"{row['dialects']!r} are not dialects of dialects.csv.",
                "Write one or more codes, separated by |.",
            )
        try:
            level, confidence = Level(row["level"]), Confidence(row["confidence"])
        except ValueError as error:
            raise BadFile(where, f"{error}.", "Write one of those in the other rows.") from None
        names = (row["place_zh"], row["place_en"])
        found[names[0]] = PlaceRow(*names, level, row["province"], row["city"], spoken, confidence)
    return Places(tuple(found.values()))


@lru_cache(maxsize=1)
def area_codes() -> Mapping[str, PlaceRow]:
    """Area codes without their 0 → place."""
    return load_area_codes(tables.DATA / "area_codes.csv", places())


def load_area_codes(path: Path, known: Places) -> Mapping[str, PlaceRow]:
    """The area codes in *path*; some prefixes are longer than an area code.

    Raises:
        BadFile: with the line, for an unreadable file, a prefix that is repeated or not 2 to
            7 digits, or a place that is not in *known*.
    """
    found: dict[str, PlaceRow] = {}
    for where, row in tables.rows(path, AREA_COLUMNS):
        place = known.named(row["place_zh"])
        if not re.fullmatch(r"[1-9][0-9]{1,6}", row["prefix"]) or row["prefix"] in found:
            raise BadFile(
                where, f"{row['prefix']!r} is repeated or no prefix.", "Generate the file anew."
            )
        if place is None:
            raise BadFile(
                where,
                f"{row['place_zh']} is not in place_dialect.csv.",
                "Add it there, or correct the name.",
            )
        found[row["prefix"]] = place
    return MappingProxyType(found)


@lru_cache(maxsize=1)
def _longest_prefix() -> int:
    return max(map(len, area_codes()))


@lru_cache(maxsize=1)
def _mobiles() -> _Mobiles:
    from phone import Phone  # Reads 4.5 MB, which only the first mobile number should cost.

    found: _Mobiles = Phone()
    return found
