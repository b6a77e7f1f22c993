"""Titles as the words by which they are known, without the accidents of spelling."""

import re
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple
from unicodedata import normalize

# ruff: noqa: RUF001  fullwidth marks are part of Chinese titles

_YEAR = re.compile(r"\s*[(\[（](?P<year>(?:1[89]|20)\d\d)(?:\s*[-–]\s*(?:\d{4})?)?[)\]）]\s*$")
_BRACKETS = re.compile(r"\s*[(\[（](?:a\.?k\.?a\.?:?\s*)?(?P<inside>[^()\[\]（）]*)[)\]）]")
_ARTICLE_LAST = re.compile(
    r"^(?P<title>.*), "
    r"(?P<article>the|an?|les?|la|l'|une?|il|lo|el|los|las|der|die|das|eine?)$",
    re.IGNORECASE,
)
_FINAL_ARTICLE = re.compile(r", (?:the|an?)$", re.IGNORECASE)
_ARTICLE_FIRST = re.compile(r"^(?:the|an?) (?=\w)")
_ACCENTS = re.compile("[\u0300-\u036f]")
_NO_WORD = re.compile(r"[\W_]+")
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")
_COUNTING = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_VALUES = {
    name: str(value) for names in (_ROMAN, _COUNTING) for value, name in enumerate(names, start=1)
}
_NUMBER = re.compile(rf"\d+|\b(?:{'|'.join(_VALUES)})\b")
_CJK = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]{2,}")


_PART_WORDS = 3


class TitleWords(NamedTuple):
    """A title's words in lower case, with single spaces, and its year."""

    words: str
    year: str
    """Four digits that stood in brackets at the end; empty where none did."""


@lru_cache(maxsize=65_536)
def title_words(title: str) -> TitleWords:
    """Return the title without case, accents, marks, and without the article that leads it.

    >>> title_words("Cité des enfants perdus, La (1995)")
    TitleWords(words='la cite des enfants perdus', year='1995')
    >>> title_words("Mummy, The (1999)").words
    'mummy'
    """
    found = _YEAR.search(title)
    bare = title[: found.start()] if found else title
    return TitleWords(_known_as(bare), found["year"] if found else "")


def also_known_as(title: str) -> list[str]:
    """Return the words of the title, and of the names that stand in it before and in brackets.

    >>> also_known_as("Ring (Ringu) (1998)")
    ['ring ringu', 'ring', 'ringu']
    """
    found = _YEAR.search(title)
    bare = title[: found.start()] if found else title
    others = [_BRACKETS.sub("", bare), *(name["inside"] for name in _BRACKETS.finditer(bare))]
    names = [_known_as(name) for name in (bare, *others)]
    return [name for name in dict.fromkeys(names) if name]


def parts_of(title: str) -> list[str]:
    """Return the words before the colon of a title, and those after it where they are three.

    >>> parts_of("Lord of the Rings: The Return of the King, The (2003)")
    ['lord of the rings', 'return of the king']
    """
    before, colon, after = (_YEAR.sub("", title)).partition(": ")
    if not colon:
        return []
    parts = [_known_as(before), _known_as(_FINAL_ARTICLE.sub("", after))]
    return parts if len(single_words(parts[1])) >= _PART_WORDS else parts[:1]


def numbers_in(words: str) -> list[str]:
    """Return the numbers among a title's words in digits; they tell parts of a series apart.

    >>> numbers_in("rocky iii"), numbers_in("rocky 3")
    (['3'], ['3'])
    """
    found = _NUMBER.findall(words)
    return [_VALUES.get(number, number) for number in found]


def single_words(words: str) -> list[str]:
    """Return the words one by one; Chinese, which has no spaces, in pairs of characters."""
    if words.isascii():
        return words.split()
    runs = _CJK.findall(words)
    pairs = [left + right for run in runs for left, right in pairwise(run)]
    return pairs + _CJK.sub(" ", words).split()


def _known_as(name: str) -> str:
    moved = _ARTICLE_LAST.match(name.strip())
    plain = _plain(f"{moved['article']} {moved['title']}" if moved else name)
    return _ARTICLE_FIRST.sub("", plain)


def _plain(text: str) -> str:
    """Return lower case words; only Latin accents go, the marks of kana tell syllables apart."""
    if not text.isascii():
        text = normalize("NFKC", _ACCENTS.sub("", normalize("NFKD", text)))
    text = text.casefold().replace("&", " and ").replace("'", "").replace("\u2019", "")
    return _NO_WORD.sub(" ", text).strip()
