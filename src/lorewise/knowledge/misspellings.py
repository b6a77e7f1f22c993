"""Whether a title that is nearly another one is a slip of the pen, or another work."""

from collections.abc import Collection

from rapidfuzz import fuzz

from lorewise.knowledge.title_words import numbers_in, single_words

_SMALL = frozenset(["a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "the", "to"])
_SHORTEST = 5
_ALIKE_WORDS = 80
_MANY = 4


def is_misspelling(name: str, title: str, known_words: Collection[str]) -> bool:
    """Whether ``name`` is ``title`` with slips: both as words, known to be nearly the same.

    A slip is a long word that no title has instead of one like it, or, in a title of many words,
    a small word too many or too few. Short words that differ are other words, and so are forms
    such as *fight* and *fighter*.

    >>> is_misspelling("shawshenk redemption", "shawshank redemption", {"shawshank"})
    True
    >>> is_misspelling("mark of zorro", "mask of zorro", {"mask"})
    False
    """
    if numbers_in(name) != numbers_in(title):
        return False
    said, told = single_words(name), single_words(title)
    extra = [word for word in said if word not in told]
    missing = [word for word in told if word not in said]
    if _SMALL.issuperset(extra) and _SMALL.issuperset(missing):
        return len(set(told) - _SMALL) >= _MANY
    return len(extra) == len(missing) and all(
        new not in known_words and _is_slip(new, old)
        for new, old in zip(extra, missing, strict=True)
    )


def _is_slip(new: str, old: str) -> bool:
    is_other_form = new.startswith(old) or old.startswith(new)
    is_long = min(len(new), len(old)) >= _SHORTEST
    return is_long and not is_other_form and fuzz.ratio(new, old) >= _ALIKE_WORDS
