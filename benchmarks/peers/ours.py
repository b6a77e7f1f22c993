"""Lorewise's own models, asked like any peer: in a process of their own, on the same split.

The items' texts are no part of the split, so the data are read and split again, and must come out
as the split folder has them. What is encoded is paid for at every fit: nothing is kept between.
"""

import os
import time
from dataclasses import dataclass, replace
from tempfile import TemporaryDirectory

from split_folder import Parts, dataset_of, events_of

from lorewise.data.dataset import Dataset
from lorewise.errors import DataError
from lorewise.pipeline.fit import FittedScorer, fit_scorer, refit_scorer
from lorewise.pipeline.search_space import SPACES, Choices, Counts, Span
from lorewise.stages import CatalogScorer
from peers.asking import Recommend, asked, measured
from peers.exchange import FIT_ON, Events, read_split, write_answer
from peers.ranking import recommend_by, user_items
from peers.space import Between, OneOf, Settings, Space, WholeBetween


@dataclass(frozen=True, kw_only=True)
class About:
    """What every trial is told beside its settings."""

    data: str
    shuffle_ties: int | None
    keep: float
    effort: str
    with_texts: bool
    """Whether the model may read what is known of the items."""


def part_of(dataset: Dataset, known: Events, about: About) -> Dataset:
    """Return the part of the data that the split folder says is known.

    Raises:
        DataError: There is none.
    """
    parts = Parts.of(dataset, about.keep)
    for part in (parts.train, parts.known):
        if events_of(part).is_same(known):
            return part
    raise DataError(f"{about.data} is not split as the split folder is; write it again")


def fitted(
    part: Dataset, algorithm: str, about: About, settings: Settings, seed: int
) -> FittedScorer:
    """Fit with these settings, or with what the fit chooses where there are none."""
    with TemporaryDirectory() as cache:
        os.environ["LOREWISE_CACHE"] = cache
        return fit_scorer(
            part,
            algorithm=algorithm,
            effort=about.effort,
            seed=seed,
            tuned={algorithm: settings} if settings else None,
        )


def fitted_like(part: Dataset, chosen: FittedScorer) -> FittedScorer:
    """Fit as that one was, choosing nothing."""
    with TemporaryDirectory() as cache:
        os.environ["LOREWISE_CACHE"] = cache
        return refit_scorer(part, chosen.scorer, chosen.summary)


def asking(part: Dataset, known: Events, scorer: CatalogScorer) -> Recommend:
    """Return what gives the lists of these users."""
    return recommend_by(lambda users: scorer.score_catalog(part.queries(users)), user_items(known))


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
    """Answer what the command line asks.

    A model that chooses its own settings does so first, and its last fit alone is measured, as
    with peers, whose trials are not counted either; what choosing took is told beside it.
    """
    options = asked()
    about = About(**options.settings.pop("about"))
    dataset = dataset_of(about.data, about.shuffle_ties)
    if not about.with_texts:
        dataset = replace(dataset, item_table=dataset.item_table.select("item_id"), lore_columns=())
    split = read_split(options.split)
    part = part_of(dataset, split.known(options.fit_on), about)

    def fit(known: Events) -> Recommend:
        if chosen is None:
            made = fitted(part, options.model, about, options.settings, options.seed)
        else:
            made = fitted_like(part, chosen)
        return asking(part, known, made.scorer)

    start_s, chosen = time.process_time(), None
    if not options.settings and options.fit_on != FIT_ON[0]:
        chosen = fitted(part, options.model, about, {}, options.seed)
    choosing_cpu_s = time.process_time() - start_s if chosen else 0.0
    found = measured(split, options.fit_on, "lorewise", fit)
    write_answer(options.out, replace(found, choosing_cpu_s=choosing_cpu_s))


if __name__ == "__main__":
    main()
