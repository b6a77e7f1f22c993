"""Lorewise's own models, asked like any peer: in a process of their own, on the same split.

The items' texts are no part of the split, so the data are read and split again, and must come out
as the split folder has them. What is encoded is paid for at every fit: nothing is kept between.
"""

import os
from dataclasses import dataclass, replace
from tempfile import TemporaryDirectory

from split_folder import Parts, dataset_of, events_of

from lorewise.data.dataset import Dataset
from lorewise.errors import DataError
from lorewise.pipeline.fit import fit_scorer
from lorewise.pipeline.search_space import SPACES, Choices, Counts, Span
from peers.asking import Model, Recommend, answer, asked
from peers.exchange import Events
from peers.ranking import recommend_by, user_items
from peers.space import Between, OneOf, Settings, Space, WholeBetween


@dataclass(frozen=True, kw_only=True)
class About:
    """What every trial is told beside its settings."""

    data: str
    shuffle_ties: int | None
    effort: str
    with_texts: bool
    """Whether the model may read what is known of the items."""


@dataclass(frozen=True)
class Fit:
    """Fits one algorithm."""

    algorithm: str
    about: About
    dataset: Dataset

    def __call__(self, known: Events, settings: Settings, seed: int) -> Recommend:
        """Fit with these settings, or with what the fit chooses where there are none."""
        part = self._same(known)
        with TemporaryDirectory() as cache:
            os.environ["LOREWISE_CACHE"] = cache
            fitted = fit_scorer(
                part,
                algorithm=self.algorithm,
                effort=self.about.effort,
                seed=seed,
                tuned={self.algorithm: settings} if settings else None,
            )
        scorer = fitted.scorer
        return recommend_by(
            lambda users: scorer.score_catalog(part.queries(users)), user_items(known)
        )

    def _same(self, known: Events) -> Dataset:
        """Return the part of the data that the split folder says is known.

        Raises:
            DataError: There is none.
        """
        parts = Parts.of(self.dataset)
        for part in (parts.train, parts.known):
            if events_of(part).is_same(known):
                return part
        raise DataError(f"{self.about.data} is not split as the split folder is; write it again")


def spaces(algorithm: str) -> Space:
    """Return what a search may set of this algorithm; nothing where it chooses for itself."""
    return {name: _values(values) for name, values in SPACES.get(algorithm, {}).items()}


def _values(values: Span | Counts | Choices) -> Between | WholeBetween | OneOf:
    if isinstance(values, Span):
        return Between(values.low, values.high)
    if isinstance(values, Counts):
        return WholeBetween(values.low, values.high)
    return OneOf(values)


def main() -> None:
    """Answer what the command line asks."""
    options = asked()
    about = About(**options.settings.pop("about"))
    dataset = dataset_of(about.data, about.shuffle_ties)
    if not about.with_texts:
        dataset = replace(dataset, item_table=dataset.item_table.select("item_id"), lore_columns=())
    fit = Fit(options.model, about, dataset)
    answer("lorewise", {options.model: Model(fit=fit, space={})}, options)


if __name__ == "__main__":
    main()
