"""The whole package on one set of films: what lore is worth, and lists to look at."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from lorewise.data.dataset import Dataset
from lorewise.data.primitives import UserNumbers
from lorewise.data.splitting import split
from lorewise.data.splitting.partition import Split
from lorewise.evaluation.report import Report
from lorewise.pipeline.lore_study import lore_study
from lorewise.pipeline.recommender import Recommender
from lorewise.pipeline.study import FUSION, evaluate
from lorewise.pipeline.trial import Progress, part_of

FEWEST_TARGETS = 100
"""Users that a split by time must leave, or else each user's last item is held out."""

STUDY_SHARE = 0.8
"""Of the demo's time: four fits of five."""


@dataclass(frozen=True, kw_only=True)
class DemoSettings:
    """What the demo asks for."""

    text: str = "slow, melancholic science fiction"
    """What somebody would like, in words."""

    k: int = 10
    """Length of the lists; at least 1."""

    history_length: int = 40
    """The demo speaks of the user whose history is nearest to this length."""

    seed: int = 42
    """Of the splits, the fits and the intervals."""

    effort: str = "fast"
    """What a fit may take."""

    hindsight: Sequence[str] = ("lore.reception",)
    """Columns of the items that tell what became of them later; the study has a row without."""


@dataclass(frozen=True, kw_only=True)
class DemoLists:
    """Lists for one user and one sentence, by a model that a fifth of the items is new to.

    Each has the columns ``rank, item_id, title, n_ratings, own_rating, score``: how many ratings
    of the item the model learned from (0 for a new one), and what the user gave it in the part
    that the model did not see (null where nothing; always null for the sentence).
    """

    user_id: str
    liked: Sequence[str]
    """Titles of the last items that the user liked, newest first."""

    for_user: pl.DataFrame
    """Out of everything."""

    new_for_user: pl.DataFrame
    """Out of the new items alone."""

    for_text: pl.DataFrame
    """Out of everything."""


@dataclass(frozen=True, kw_only=True)
class Demo:
    """What the demo found."""

    new_items: Report
    """The default recommender with, without and with foreign lore on new items."""

    next_items: Report
    """The default recommender and popularity, on what users chose next."""

    n_later_users: int
    """Users that a split by time would have left to ask."""

    lists: DemoLists


def run_demo(dataset: Dataset, settings: DemoSettings, *, progress: Progress | None = None) -> Demo:
    """Fit, evaluate and recommend on a dataset with lore.

    Raises:
        DataError: There are too few interactions for a split.
    """
    tell = progress or _tell_nobody
    new = split(dataset, "cold-items", settings.seed)
    fits = _FirstKept()
    chosen: dict[str, Any] = {"seed": settings.seed, "effort": settings.effort}
    new_items = lore_study(
        new,
        **chosen,
        progress=part_of(tell, 0.0, STUDY_SHARE),
        fit=fits,
        hindsight=settings.hindsight,
    )
    n_later = len(split(dataset, "temporal").target_users)
    next_items = evaluate(
        dataset,
        "temporal" if n_later >= FEWEST_TARGETS else "last-item",
        [FUSION, "popularity"],
        **chosen,
        progress=part_of(tell, STUDY_SHARE, 1.0),
    )
    return Demo(
        new_items=new_items,
        next_items=next_items,
        n_later_users=n_later,
        lists=demo_lists(fits.kept[0], new, settings),
    )


class _FirstKept:
    """Fits recommenders, and keeps the first, so that the lists need no fit of their own."""

    def __init__(self) -> None:
        self.kept: list[Recommender] = []

    def __call__(self, dataset: Dataset, **chosen: Any) -> Recommender:  # noqa: ANN401  as a Fit
        recommender = Recommender.fit(dataset, **chosen)
        if not self.kept:
            self.kept.append(recommender)
        return recommender


def demo_lists(recommender: Recommender, new: Split, settings: DemoSettings) -> DemoLists:
    """Return the lists of a recommender that was fitted on the split's training part."""
    number = _user_like(new.train, new.target_users, settings.history_length)
    user_id = new.train.users.ids[number]
    new_ids = [new.train.items.ids[item] for item in new.cold_items]
    own, k = _held_out_ratings(new, number), settings.k
    return DemoLists(
        user_id=user_id,
        liked=_liked(new.train, number, recommender.titles),
        for_user=_titled(recommender.recommend([user_id], k=k), recommender, new, own),
        new_for_user=_titled(
            recommender.recommend([user_id], k=k, candidates=new_ids), recommender, new, own
        ),
        for_text=_titled(
            recommender.recommend(text=settings.text, k=k), recommender, new, own.clear()
        ),
    )


def _user_like(train: Dataset, users: UserNumbers, length: int) -> int:
    """Return the user among these whose history is nearest to this length; the first of several."""
    lengths = np.diff(train.offsets)[users]
    return int(users[np.argmin(np.abs(lengths - length))])


def _liked(train: Dataset, user: int, titles: pl.DataFrame, n: int = 5) -> list[str]:
    rows = np.arange(train.offsets[user], train.offsets[user + 1])
    liked = rows[train.weights[rows] > 0][::-1][:n]
    return titles["title"].gather(train.item_numbers[liked]).to_list()


def _held_out_ratings(new: Split, user: int) -> pl.DataFrame:
    rows = np.flatnonzero(new.held_out.user_numbers == user)
    items = new.held_out.item_numbers[rows]
    ids = [new.train.items.ids[item] for item in items]
    return pl.DataFrame(
        {"item_id": ids, "own_rating": new.held_out.ratings[rows]},
        schema={"item_id": pl.String, "own_rating": pl.Float32},
    )


def _titled(
    found: pl.DataFrame, recommender: Recommender, new: Split, own: pl.DataFrame
) -> pl.DataFrame:
    counted = recommender.titles.with_columns(n_ratings=pl.Series(new.train.item_counts))
    joined = found.join(counted, on="item_id", how="left", maintain_order="left")
    return joined.join(own, on="item_id", how="left", maintain_order="left").select(
        "rank", "item_id", "title", "n_ratings", "own_rating", "score"
    )


def _tell_nobody(_doing: str, _share: float) -> None:
    """Stand in for a progress that nobody asked for."""
