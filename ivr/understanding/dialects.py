"""Which dialect a caller asks for or speaks: by its name, by a place, by its words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from ivr.understanding.lexicon import any_of, rows, table

UNDETERMINED: Final = "und"

_DATA: Final = table("dialects")
_PATTERNS: Final[dict[str, str]] = _DATA["patterns"]
_ENOUGH: Final = 2  # One regional word is no evidence: many are said in several regions.
_ADMINISTRATIVE: Final = re.compile(
    "(?:壮族|回族|维吾尔|藏族|彝族|苗族|侗族|布依族|土家族|傣族|景颇族|白族|哈尼族|蒙古族?|朝鲜族|羌族|哈萨克|傈僳族|黎族){0,3}(?:自治[区州县旗]|特区|地区|省|市|盟)$"
)


@dataclass(frozen=True, slots=True)
class Dialect:
    """A dialect and what showed it; *asked* if the caller named it, not merely spoke it."""

    code: str
    why: str
    asked: bool


@cache
def _places() -> dict[str, str]:
    """Short names of provinces, cities and counties, each with its likeliest dialect."""
    places = {row["place"]: row["dialect"] for row in rows("understanding", "counties")}
    provinces: dict[str, str] = {}
    for row in rows("callers", "place_dialect"):
        first = row["dialects"].split("|")[0]
        if row["level"] == "multi" or first == "cmn":
            continue
        name = _ADMINISTRATIVE.sub("", row["city"]) or row["city"]
        if row["city"] and len(name) > 1:
            places.setdefault(name, first)
        if not row["city"] or row["city"] == row["province"]:
            provinces[_ADMINISTRATIVE.sub("", row["province"])] = first
    return places | provinces


@cache
def _names() -> dict[str, str]:
    """Names of dialects and languages: our own, those in brackets in dialects.csv, languages."""
    names: dict[str, str] = {}
    for row in rows("callers", "dialects"):
        for name in re.split("[（）、]", row["name_zh"]):
            if len(name) > 1 and name.endswith(("话", "语")):
                names.setdefault(name, row["code"])
    names |= _DATA["names"]
    return names | {name: code for code, known in _DATA["languages"].items() for name in known}


@cache
def _named() -> re.Pattern[str]:
    whole = any_of(_names())
    short = any_of(name for name in _names() if not name.endswith(("话", "语", "腔", "子", "文")))
    return re.compile(
        f"(?P<name>{whole})(?![费务机筒题])(?<!{short})"
        f"|(?P<short>{short}|{any_of(_places())})(?:[省市县区]|那边|那儿|一带)?的?{_PATTERNS['speech']}"
    )


_REFUSED: Final = re.compile(_PATTERNS["refused"])
_REFUSED_AFTER: Final = re.compile(_PATTERNS["refused_after"])
_UNNAMED: Final = re.compile(_PATTERNS["unnamed"])
_NO_STANDARD: Final = re.compile(_PATTERNS["no_standard"])
_STRUGGLE: Final = re.compile(_PATTERNS["struggle"])
_WANTED: Final = re.compile(_PATTERNS["asked"])
_SPEAKS: Final = re.compile(
    "(?:我|俺|只|就|光)(?:们)?(?:只|就|光)?(?:会|能|是)?(?:说|讲|懂|听得懂)$"
)


@cache
def _native() -> re.Pattern[str]:
    places = any_of(_homes())
    form = _PATTERNS["native"].replace("{places}", places)
    return re.compile(form.replace("{place}", f"(?P<place>{places})"))


@cache
def _homes() -> dict[str, str]:
    """Places and peoples that somebody can be from, each with their likeliest language."""
    peoples = {name: code for code, names in _DATA["peoples"].items() for name in names}
    return _places() | peoples


def dialect(text: str, as_spoken: str) -> Dialect | None:
    """The dialect of an utterance, or None if the words do not tell.

    A name counts more than a place, and a place more than regional words:

    >>> dialect("有没有讲温州话的人", "有没有讲温州话的人").code
    'wuu-x-wenzhou'
    >>> dialect("我只会讲家乡话", "我只会讲家乡话").code
    'und'

    Telephone charges are not the dialect of Wenzhou, and one regional word is not enough:

    >>> dialect("温州话费", "温州话费") is None, dialect("侬好", "侬") is None
    (True, True)

    Args:
        text: normalised; names are looked for here.
        as_spoken: with the dialect's own words, which are looked for here.
    """
    if named := _asked_for(text):
        return named
    spoken = _spoken(as_spoken)
    without = _NO_STANDARD.search(text)
    unnamed = _UNNAMED.search(text)
    native = _native().search(text) if without or unnamed or _STRUGGLE.search(text) else None
    if native:
        return Dialect(_homes()[native["place"]], f"“{native[0]}”, and needs a dialect", True)
    if spoken:
        return replace(spoken, asked=bool(without or unnamed))
    if without or unnamed:
        words = (without or unnamed)[0]  # type: ignore[index]  # One of the two is there.
        return Dialect(UNDETERMINED, f"“{words}” asks for a dialect without naming it", True)
    return None


def _asked_for(text: str) -> Dialect | None:
    """The dialect that is named, unless it is named as one not understood."""
    found: list[tuple[bool, int, str, str]] = []
    for hit in _named().finditer(text):
        before, after = text[: hit.start()], text[hit.end() :]
        refused = _REFUSED.search(before) or _REFUSED_AFTER.match(after)
        if refused and not _SPEAKS.search(before):
            continue
        code = _names().get(hit["name"]) if hit["name"] else _code_of(hit["short"])
        if code:
            wanted = bool(_WANTED.search(before[-4:]) or _WANTED.search(after[:5]))
            found.append((not wanted, hit.start(), code, hit[0]))
    if not found:
        return None
    _, _, code, words = min(found)
    return Dialect(code, f"“{words}” names the dialect", True)


def _code_of(short: str) -> str | None:
    return _names().get(short) or _names().get(f"{short}话") or _places().get(short)


def _spoken(as_spoken: str) -> Dialect | None:
    """The dialect whose own words are used, if at least two of them are."""
    best: tuple[int, str, list[str]] = (0, "", [])
    tied = False
    for code, seen, strong in _markers():
        words = set(_hits(seen, as_spoken))
        if not words:
            continue
        weight = len(words) + (1 if strong and strong.search(as_spoken) else 0)
        if weight > best[0]:
            best, tied = (weight, code, sorted(words)), False
        elif weight == best[0]:
            tied = True
    weight, code, found = best
    if weight < _ENOUGH or tied:
        return None
    return Dialect(code, f"{'、'.join(found)} are words of the dialect", False)


def _hits(seen: re.Pattern[str], text: str) -> Iterator[str]:
    return (hit[0] for hit in seen.finditer(text))


@cache
def _markers() -> tuple[tuple[str, re.Pattern[str], re.Pattern[str] | None], ...]:
    strong: dict[str, list[str]] = _DATA["strong"]
    return tuple(
        (code, _words(words), _words(strong[code]) if code in strong else None)
        for code, words in _DATA["words"].items()
    )


def _words(words: list[str]) -> re.Pattern[str]:
    """Like ``any_of``, but a word may end in ``$``, for the end of the utterance."""
    ordered = sorted(words, key=len, reverse=True)
    return re.compile("|".join(ordered))
