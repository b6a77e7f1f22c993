"""Whether an answer repeats the title that it was asked about."""

from rapidfuzz import fuzz

from lorewise.knowledge.title_words import numbers_in, title_words

_ALIKE = 90


def is_echo(echo: str, title: str) -> bool:
    """Whether these are one title: the same words, or nearly, and the same numbers.

    The year in brackets may be missing. Numbers have to agree, since parts of a series differ
    in nothing else.

    >>> is_echo("The Full Monty", "Full Monty, The (1997)"), is_echo("Toy Story", "Toy Story 2")
    (True, False)
    """
    told, said = title_words(title), title_words(echo)
    if said.year and told.year and said.year != told.year:
        return False
    if not said.words:
        return echo.strip() == title.strip()
    if said.words == told.words:
        return True
    same_numbers = numbers_in(said.words) == numbers_in(told.words)
    return same_numbers and fuzz.ratio(said.words, told.words) >= _ALIKE
