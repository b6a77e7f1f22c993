"""Finds the items of a catalog that a language model names by their titles."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from rapidfuzz import fuzz, process

from lorewise.data.columns import LIST_SEPARATOR, column_roles, filled, split_tags
from lorewise.data.dataset import Dataset
from lorewise.data.primitives import ItemNumbers
from lorewise.knowledge.misspellings import is_misspelling
from lorewise.knowledge.title_words import (
    TitleWords,
    also_known_as,
    parts_of,
    single_words,
    title_words,
)

SIMILAR = "lore.similar"

_ALIKE = 90.0
"""Rapidfuzz's ratio of two titles' words from which one may be a misspelling; 100 is equality."""
_CLEARLY = 3.0
"""By so much the best candidate must be more alike than the next."""
_N_RARE = 3
_MOST_SHARING = 200
"""A word in more titles than this tells none of them apart."""
_YEAR_APART = 1
"""From festival to release."""

Names = Mapping[str, tuple[int, ...]]


@dataclass(frozen=True)
class TitleIndex:
    """The titles of a catalog, found again by the names that people use for them."""

    titles: tuple[TitleWords, ...]
    by_name: Names
    """Words of a title, or of another name in brackets -> the items called so."""

    by_part: Names
    """Words of a title before or after its colon -> the items."""

    by_word: Names
    """Word -> the items that have it in their titles."""

    @classmethod
    def of(cls, titles: Sequence[str]) -> Self:
        """Return the index of these titles; a title's place is its item's number."""
        words = tuple(title_words(title) for title in titles)
        return cls(
            words,
            _gathered(also_known_as(title) for title in titles),
            _gathered(parts_of(title) for title in titles),
            _gathered(single_words(own.words) for own in words),
        )

    def match(self, names: Iterable[str]) -> list[int | None]:
        """Return the number of the item that each name means; None where none or several fit.

        A name means the item whose title has the same words (case, accents, marks and articles
        that lead do not count), else the one of whose title it is the part before or after the
        colon, else the one whose title it misspells. A year in brackets decides between
        namesakes and must not contradict.
        """
        wanted = list(names)
        found = {name: self._match(title_words(name)) for name in set(wanted)}
        return [found[name] for name in wanted]

    def _match(self, name: TitleWords) -> int | None:
        if not name.words:
            return None
        for names in (self.by_name, self.by_part):
            if name.words in names:
                return self._only(names[name.words], name.year)
        return self._misspelled(name)

    def _only(self, numbers: Sequence[int], year: str) -> int | None:
        """Return the one item that is left when the year has been heard."""
        of_year = [number for number in numbers if year and self.titles[number].year == year]
        left = of_year or [
            number for number in numbers if _may_be_of(self.titles[number].year, year)
        ]
        return left[0] if len(left) == 1 else None

    def _misspelled(self, name: TitleWords) -> int | None:
        candidates = {
            number: self.titles[number].words
            for number in self._sharing_a_rare_word(name.words)
            if _may_be_of(self.titles[number].year, name.year)
        }
        best = process.extract(
            name.words, candidates, scorer=fuzz.ratio, score_cutoff=_ALIKE - _CLEARLY, limit=2
        )
        if not best or best[0][1] < _ALIKE or self._is_rivaled(best):
            return None
        words, _, number = best[0]
        return number if is_misspelling(name.words, words, self.by_word) else None

    @staticmethod
    def _is_rivaled(best: Sequence[tuple[str, float, int]]) -> bool:
        scores = [score for _, score, _ in best]
        return len(scores) > 1 and scores[0] - scores[1] < _CLEARLY

    def _sharing_a_rare_word(self, words: str) -> set[int]:
        found = (self.by_word.get(word, ()) for word in set(single_words(words)))
        rare = sorted((own for own in found if 0 < len(own) <= _MOST_SHARING), key=len)
        return {number for own in rare[:_N_RARE] for number in own}


def matched_names(dataset: Dataset, column: str = SIMILAR) -> list[ItemNumbers]:
    """Return for each item the items that a list column names, as numbers, without repeats.

    An item never names itself. Empty where the dataset has no such column or items no titles.
    """
    table = dataset.item_table
    titles = [name for name, role in column_roles(table).items() if role.kind == "title"]
    if column not in table.columns or not titles:
        return [np.zeros(0, dtype=np.int32)] * dataset.n_items
    index = TitleIndex.of([title or "" for title in table[titles[0]]])
    names = split_tags(filled(table[column]), LIST_SEPARATOR).to_list()
    found = iter(index.match(name for own in names for name in own))
    return [_numbers(number, [next(found) for _ in own]) for number, own in enumerate(names)]


def _numbers(own: int, found: Iterable[int | None]) -> ItemNumbers:
    others = dict.fromkeys(number for number in found if number is not None and number != own)
    return np.array(list(others), dtype=np.int32)


def _gathered(names_of_items: Iterable[Iterable[str]]) -> Names:
    found: dict[str, list[int]] = defaultdict(list)
    for number, names in enumerate(names_of_items):
        for name in dict.fromkeys(names):
            found[name].append(number)
    return {name: tuple(numbers) for name, numbers in found.items()}


def _may_be_of(year: str, wanted: str) -> bool:
    return not year or not wanted or abs(int(year) - int(wanted)) <= _YEAR_APART
