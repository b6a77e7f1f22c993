"""Judges the lists of all models in one place, and prints them beside published figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from peers.environments import UnavailablePeerError
from peers.exchange import FIT_ON, Answer, Events, SplitFolder
from peers.tuning import Tuned

from lorewise.data.item_list import RankedLists
from lorewise.evaluation.accuracy import PerUser, ndcg, recall
from lorewise.evaluation.ranks import RankedTargets
from lorewise.evaluation.significance import bootstrap_intervals
from lorewise.evaluation.targets import Targets

CUTOFF = 10


@dataclass(frozen=True)
class Published:
    """A figure that others printed for the same protocol."""

    model: str
    recall: float
    """At 10."""

    ndcg: float
    """At 10."""

    source: str
    """Paper and table."""


@dataclass(frozen=True)
class JudgedLists:
    """One value per user who was asked."""

    ndcg: PerUser
    recall: PerUser

    @classmethod
    def of(cls, answer: Answer, split: SplitFolder, fit_on: str) -> Self:
        """Judge the lists by the next event of each user.

        Raises:
            UnavailablePeerError: The lists are not of these users, or hold what no list may.
        """
        wanted, known = split.wanted(fit_on), split.known(fit_on)
        if not np.array_equal(answer.users, wanted.users):
            raise UnavailablePeerError("the lists are not those of the users who were asked")
        check_lists(answer, known)
        lists = RankedLists(answer.lists, np.full(answer.lists.shape, np.nan, dtype=np.float32))
        rows = np.arange(len(wanted))
        targets = Targets.of(rows, wanted.items, n_queries=len(wanted))
        ranked = RankedTargets.from_lists(lists, targets)
        return cls(ndcg(ranked, CUTOFF), recall(ranked, CUTOFF))


def check_lists(answer: Answer, known: Events) -> None:
    """Refuse lists with unknown items, repeats, or what the user has met.

    Raises:
        UnavailablePeerError: There is such a list; the message names the first user.
    """
    keys = answer.users[:, None].astype(np.int64) * known.n_items + answer.lists
    is_listed = answer.lists >= 0
    met = known.users.astype(np.int64) * known.n_items + known.items
    is_wrong = (answer.lists >= known.n_items) | (is_listed & np.isin(keys, met))
    ordered = np.sort(np.where(is_listed, keys, -1), axis=1)
    repeats = ((ordered[:, 1:] == ordered[:, :-1]) & (ordered[:, 1:] >= 0)).any(axis=1)
    faulty = np.flatnonzero(is_wrong.any(axis=1) | repeats)
    if len(faulty):
        raise UnavailablePeerError(
            f"the list of user {answer.users[faulty[0]]}, and of {len(faulty) - 1} others, holds "
            "an item that is unknown, repeated or met before"
        )


def validation_ndcg(answer: Answer, split: SplitFolder) -> float:
    """Return the mean NDCG@10 on the events that choose settings."""
    return float(np.mean(JudgedLists.of(answer, split, FIT_ON[0]).ndcg))


def is_untied(split: SplitFolder) -> NDArray[np.bool_]:
    """Return for each test event whether it has a time of its own, later than all before it.

    All True without times. The order of tied events is that of the file, or of chance.
    """
    if not split.has_times:
        return np.ones(len(split.test), dtype=np.bool_)
    known = split.known(FIT_ON[1])
    before = known.times_s[known.offsets[1:][split.test.users] - 1]
    untied: NDArray[np.bool_] = split.test.times_s > before
    return untied


@dataclass(frozen=True, kw_only=True)
class Row:
    """One model of the table."""

    tuned: Tuned
    answers: Sequence[Answer]
    """For the test; one per seed."""

    def judged(self, split: SplitFolder) -> JudgedLists:
        """Return each user's figures, the mean of all seeds."""
        all_judged = [JudgedLists.of(answer, split, FIT_ON[1]) for answer in self.answers]
        return JudgedLists(
            np.mean([judged.ndcg for judged in all_judged], axis=0),
            np.mean([judged.recall for judged in all_judged], axis=0),
        )

    def mean(self, cost: str) -> float:
        """Return the mean cost over the seeds."""
        return float(np.mean([getattr(answer, cost) for answer in self.answers]))


def table(rows: Sequence[Row], split: SplitFolder) -> str:
    """Return the table, the best NDCG first; the intervals rest on the same resamples of users."""
    judged = [row.judged(split) for row in rows]
    gains = np.stack([values.ndcg for values in judged], axis=1)
    intervals = bootstrap_intervals(gains, np.random.default_rng(0))
    untied = is_untied(split)
    head = f"{'model':28} {'version':>12} {'NDCG@10 [95 %]':>24} {'Recall@10':>9} {'not tied':>8}"
    lines = [f"{head} {'fit, CPU s':>10} {'peak MB':>8} {'users/s':>9}"]
    for place in np.argsort(-gains.mean(axis=0), kind="stable"):
        row, values, (low, high) = rows[place], judged[place], intervals[place]
        untied_ndcg = values.ndcg[untied].mean() if untied.any() else np.nan
        quality = f"{values.ndcg.mean():.4f} [{low:.4f}, {high:.4f}]"
        lines.append(
            f"{row.tuned.contender.name:28} {row.answers[0].version:>12} {quality:>24} "
            f"{values.recall.mean():>9.4f} {untied_ndcg:>8.4f} {row.mean('cpu_s'):>10.1f} "
            f"{row.mean('peak_mb'):>8.0f} {row.mean('users_per_s'):>9.0f}"
        )
    share = f"{untied.sum()} of {len(untied)} users"
    for row in rows:
        if row.mean("choosing_cpu_s"):
            took = f"{row.mean('choosing_cpu_s'):.0f} CPU s before that fit"
            lines.append(f"{row.tuned.contender.name}: chose its settings in {took}")
    lines.append(f"not tied: NDCG@10 of the {share} whose last event has a time of its own")
    return "\n".join(lines)


def settings_text(rows: Sequence[Row]) -> str:
    """Return what was chosen for each model, and the figure that chose it."""
    return "\n".join(
        f"{row.tuned.contender.name}: {row.tuned.settings or 'none'}, "
        + (
            f"the best of {row.tuned.n_trials} by NDCG@10 {row.tuned.quality:.4f} on validation"
            if row.tuned.n_trials
            else "without a trial"
        )
        for row in rows
    )


def published_text(published: Sequence[Published]) -> str:
    """Return the figures of others with their sources."""
    lines = [f"{'published':42} {'NDCG@10':>8} {'Recall@10':>9}  source"]
    lines += [
        f"{figure.model:42} {figure.ndcg:>8.4f} {figure.recall:>9.4f}  {figure.source}"
        for figure in published
    ]
    return "\n".join(lines)
