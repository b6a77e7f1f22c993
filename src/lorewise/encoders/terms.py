"""Texts as terms: words, pairs of words, Chinese characters in pairs, and exact tags."""

import re
from itertools import pairwise
from unicodedata import normalize

CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
"""The inside of a character class: Han, kana and Hangul."""

_ASCII_WORD = re.compile(r"[a-z0-9]+")
_WORD = re.compile(rf"[{CJK}]+|(?:(?![{CJK}])[^\W_])+")
_CJK_RUN = re.compile(rf"[{CJK}]")
_ACCENTS = re.compile("[\u0300-\u036f]")


def folded(text: str) -> str:
    """Return the text in lower case, without Latin accents, in compatible characters.

    >>> folded("Amélie STRASSE")
    'amelie strasse'
    """
    if text.isascii():
        return text.lower()
    # Only Latin accents go: the marks of kana, which decompose as well, tell syllables apart.
    return normalize("NFKC", _ACCENTS.sub("", normalize("NFKD", text))).casefold()


def tag_term(column: str, tag: str) -> str:
    """Return the one term that stands for the whole tag of this column.

    >>> tag_term("director", "Ridley  Scott")
    'director=ridley scott'
    """
    return f"{column}={' '.join(folded(tag).split())}"


def words_and_pairs(text: str) -> list[str]:
    r"""Return the words of a text and each two neighbors in a line as one term, in any order.

    A run of Chinese, Japanese or Korean characters has no words that can be told apart cheaply:
    its single characters and neighboring pairs are the terms.

    >>> words_and_pairs("Blade Runner\nrain")
    ['blade', 'runner', 'blade runner', 'rain']
    >>> words_and_pairs("红楼梦")
    ['红', '楼', '梦', '红楼', '楼梦']
    """
    terms: list[str] = []
    for line in folded(text).replace("'s", "").replace("'", "").splitlines():
        if line.isascii():
            words = _ASCII_WORD.findall(line)
            terms += words
            terms += [f"{left} {right}" for left, right in pairwise(words)]
        else:
            terms += _mixed_terms(line)
    return terms


def is_pair(term: str) -> bool:
    """Whether the term is more than one word: a pair of words or a tag."""
    return " " in term or "=" in term


def _mixed_terms(line: str) -> list[str]:
    terms: list[str] = []
    before = ""
    for found in _WORD.findall(line):
        if _CJK_RUN.match(found):
            terms += found
            terms += [left + right for left, right in pairwise(found)]
            before = ""
        else:
            terms += [found, f"{before} {found}"] if before else [found]
            before = found
    return terms
