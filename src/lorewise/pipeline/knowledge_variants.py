"""The rows of a knowledge study: what each learns from, and how it reads the texts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Final, Literal

import numpy as np

from lorewise.data.dataset import Dataset
from lorewise.encoders.blocks import BlockSettings
from lorewise.encoders.lexical import LexicalSettings
from lorewise.evaluation.knowledge_report import Variant
from lorewise.pipeline.fit import fit_scorer
from lorewise.pipeline.lore_controls import (
    LORE_PREFIX,
    lore_columns,
    permuted_lore,
    random_lore,
    without_columns,
    without_lore,
)
from lorewise.pipeline.trial import Fit

POPULARITY: Final = "popularity"
NONE: Final = "none"
LORE: Final = "lore"
PERMUTED: Final = "permuted"

HINDSIGHT = ("lore.reception", "lore.standing")
"""Columns that tell what became of an item later; a row does without them."""

Reading = Literal["both", "words", "meaning"]
"""Texts become vectors of words, of meaning, or both in blocks of their own."""

Made = Callable[[Dataset, np.random.Generator], Dataset]

Fits = Mapping[Reading, Fit]

NO_WORDS: Final = BlockSettings(
    lexical=LexicalSettings(max_terms=1), facets=LexicalSettings(max_terms=1)
)
"""One term, which is in nearly all texts, tells nothing apart."""

FITS: Fits = MappingProxyType(
    {
        "both": fit_scorer,
        "words": partial(fit_scorer, dense="none"),
        "meaning": partial(fit_scorer, dense=NO_WORDS),
    }
)
"""What makes the models of each reading; rows whose reading is not among them are left out."""


@dataclass(frozen=True, kw_only=True)
class VariantPlan:
    """How a row comes about."""

    note: Variant
    made: Made
    """Makes the row's training data out of those with all lore."""

    reading: Reading = "both"
    algorithm: str | None = None
    """In place of the study's algorithm."""

    @property
    def name(self) -> str:
        """The row's name."""
        return self.note.name


def variant_plans(dataset: Dataset) -> tuple[VariantPlan, ...]:
    """Return the rows for this dataset; the one without hindsight only where there is some."""
    hindsight = [name for name in HINDSIGHT if name in lore_columns(dataset)]
    names = " or ".join(name.removeprefix(LORE_PREFIX) for name in hindsight)
    foresight = _plan(
        f"lore without {names}",
        "the same without the columns that speak of later success",
        lambda train, _: without_columns(train, hindsight),
    )
    return (
        _plan(POPULARITY, "what most people like", without_lore, algorithm=POPULARITY, lore=False),
        _plan(NONE, "the catalog's own texts, no lore", without_lore, lore=False),
        _plan("tf-idf", "the same texts as lore, by their words alone", _whole, reading="words"),
        _plan("dense", "the same texts, by their meaning alone", _whole, reading="meaning"),
        *([foresight] if hindsight else []),
        _plan(LORE, "the catalog's own texts and all lore", _whole),
        _plan(PERMUTED, "each item has the lore of another one", permuted_lore),
        _plan("random", "the words of the lore dealt anew at random", random_lore),
    )


def _plan(
    name: str,
    about: str,
    made: Made,
    *,
    reading: Reading = "both",
    algorithm: str | None = None,
    lore: bool = True,
) -> VariantPlan:
    note = Variant(name=name, about=about, has_lore=lore)
    return VariantPlan(note=note, made=made, reading=reading, algorithm=algorithm)


def _whole(train: Dataset, _rng: np.random.Generator) -> Dataset:
    return train
