"""One entry point: batches of scores and lists in, one row of the report out."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from lorewise.data.item_list import RankedLists, ScoredItems
from lorewise.data.primitives import Embeddings, ItemNumbers
from lorewise.data.queries import Queries
from lorewise.errors import DataError, SettingsError
from lorewise.evaluation.accuracy import PerUser, mean_over_users
from lorewise.evaluation.calibration import calibration_error, popularity_shares
from lorewise.evaluation.diversity import intra_list_diversity
from lorewise.evaluation.exposure import Exposure, popularity_curve
from lorewise.evaluation.novelty import average_popularity, novelty
from lorewise.evaluation.outcome import Outcome
from lorewise.evaluation.ranks import RankedTargets
from lorewise.evaluation.report import Costs, Row
from lorewise.evaluation.serendipity import expected_by_popularity, serendipity
from lorewise.evaluation.significance import bootstrap_intervals
from lorewise.evaluation.slices import ActivityBounds, slice_metrics, slices
from lorewise.evaluation.targets import Targets
from lorewise.evaluation.training_counts import TrainingCounts

_UNEXPECTED = 2**40
"""A place by popularity beyond every cutoff."""


@dataclass(frozen=True, kw_only=True)
class Evaluator:
    """Measures algorithms on one split; the same for all of them, so that rows compare.

    ``outcome`` measures a batch, so that scores of all users never lie in memory at once;
    ``Outcome.joined`` puts batches together; ``row`` sums up.

    >>> counts = TrainingCounts(
    ...     item_events=np.array([3, 2, 1, 0]),
    ...     item_users=np.array([3, 2, 1, 0]),
    ...     n_users=3,
    ...     item_ids=("a", "b", "c", "d"),
    ... )
    >>> evaluator = Evaluator(counts=counts, catalog=np.arange(4, dtype=np.int32), ks=(2,))
    >>> nan = np.nan
    >>> outcomes = []
    >>> for history, scores, shown, target in [
    ...     ([0, 1], [nan, nan, 0.9, 0.1], [2, 3], 2),  # found first
    ...     ([0], [nan, 0.7, 0.7, 0.2], [1, 2], 2),  # ties with another: second
    ... ]:
    ...     scored = ScoredItems(evaluator.catalog, np.array([scores], dtype=np.float32))
    ...     lists = RankedLists(
    ...         np.array([shown], dtype=np.int32), scored.scores[:, shown]
    ...     )
    ...     histories = Queries.of([np.array(history, dtype=np.int32)])
    ...     targets = Targets.of([0], [target], n_queries=1)
    ...     outcomes.append(evaluator.outcome(lists, targets, histories, scored))
    >>> row = evaluator.row("mine", Outcome.joined(outcomes), np.random.default_rng(7))
    >>> row.metrics["mrr@2"], row.metrics["coverage@2"]
    (0.75, 0.75)
    """

    counts: TrainingCounts
    """How often each item was met in training."""

    catalog: ItemNumbers
    """The items that may be recommended, rising; all, or the cold ones alone."""

    ks: tuple[int, ...] = (10, 20)
    """Cutoffs, each at least 1."""

    item_vectors: Embeddings | None = None
    """For diversity: unit rows, zeros where nothing is known; shape ``(n_items, dim)``. The same
    vectors for every algorithm, best such that none of them was trained on."""

    tag_shares: csr_array | None = None
    """For calibration: what ``tag_shares`` made of genres or tags; shape ``(n_items, n_tags)``."""

    def __post_init__(self) -> None:
        if not self.ks or min(self.ks) < 1:
            raise SettingsError(f"cutoffs {self.ks}; give at least one, each at least 1")
        if not len(self.catalog):
            raise DataError("the catalog is empty; name the items that may be recommended")

    def outcome(
        self,
        lists: RankedLists,
        targets: Targets,
        histories: Queries,
        scored: ScoredItems | None = None,
    ) -> Outcome:
        """Return what came of one batch; lists, targets, histories and scores match row by row.

        Args:
            lists: What was shown, ``max(ks)`` places wide unless the catalog is smaller.
            targets: What was held out.
            histories: What the users had met in training.
            scored: The scores behind the lists, NaN for items of the history. Ranks then count
                every tied item ahead. Leave it out where the ranker reorders (diversity, rules):
                then the places in the lists are the ranks.

        Raises:
            DataError: The parts differ in length, or the lists are too narrow.
        """
        self._check(lists, targets, histories, scored)
        return Outcome(
            ks=self.ks,
            ranked=RankedTargets.from_lists(lists, targets)
            if scored is None
            else RankedTargets.from_scores(scored, targets),
            targets=targets,
            n_events=histories.lengths,
            of_lists=self._of_lists(lists, targets, histories),
            exposure={k: Exposure.of(lists, k, n_items=self.counts.n_items) for k in self.ks},
        )

    def row(
        self,
        algorithm: str,
        outcome: Outcome,
        rng: np.random.Generator,
        *,
        costs: Costs | None = None,
        bounds: ActivityBounds | None = None,
    ) -> Row:
        """Return the report's row on the outcome of all queries.

        Metrics that are undefined here are left out. Give each algorithm a generator with the
        same seed: their intervals then come from the same resamples of the users. ``bounds`` says
        whose history is short; by default what ``ActivityBounds.of`` finds, and the row states it.
        """
        per_user = outcome.per_user()
        means = {name: mean_over_users(values) for name, values in per_user.items()}
        intervals = bootstrap_intervals(np.stack(list(per_user.values()), axis=1), rng)
        defined = [name for name, mean in means.items() if not np.isnan(mean)]
        bounds = bounds or ActivityBounds.of(outcome.n_events)
        chosen = slices(outcome.targets, outcome.n_events, self.counts, bounds)
        found = slice_metrics(outcome.ranked, chosen, self.ks)
        return Row(
            algorithm=algorithm,
            metrics={name: means[name] for name in defined} | self._of_exposure(outcome.exposure),
            ci95={
                name: (float(low), float(high))
                for name, (low, high) in zip(means, intervals, strict=True)
                if name in defined
            },
            slices={name: found[name] | bounds.stated().get(name, {}) for name in found},
            exposure_curve=popularity_curve(
                outcome.exposure[self.ks[0]].counts[self._popular_first],
                np.arange(len(self.catalog)),
            ),
            costs=costs or Costs(),
        )

    @property
    def training_curve(self) -> tuple[float, ...]:
        """The popularity curve of the training data, to hold the rows' curves against."""
        return popularity_curve(
            self.counts.item_events[self._popular_first], np.arange(len(self.catalog))
        )

    @cached_property
    def _popular_first(self) -> NDArray[np.int64]:
        """The catalog by falling popularity."""
        ranks = self.counts.popularity_ranks[self.catalog]
        return self.catalog[np.argsort(ranks)].astype(np.int64)

    @cached_property
    def _expectation_ranks(self) -> NDArray[np.int64]:
        """Places by popularity within the catalog; nobody expects cold items or strangers."""
        ranks = np.full(self.counts.n_items, _UNEXPECTED, dtype=np.int64)
        ranks[self._popular_first] = np.arange(len(self.catalog))
        ranks[self.counts.is_cold] = _UNEXPECTED
        return ranks

    @cached_property
    def _popularity_shares(self) -> csr_array:
        """Head, tail and cold as groups."""
        return popularity_shares(self.counts)

    def _of_lists(
        self, lists: RankedLists, targets: Targets, histories: Queries
    ) -> dict[str, PerUser]:
        """Return the metrics that look at the lists alone, by name and cutoff."""
        found: dict[str, PerUser] = {}
        for k in self.ks:
            expected = expected_by_popularity(lists, k, histories, self._expectation_ranks)
            found[f"novelty@{k}"] = novelty(lists, k, self.counts)
            found[f"average_popularity@{k}"] = average_popularity(lists, k, self.counts)
            found[f"serendipity@{k}"] = serendipity(lists, k, targets, expected)
            found[f"popularity_calibration@{k}"] = calibration_error(
                lists, k, histories, self._popularity_shares
            )
            if self.tag_shares is not None:
                found[f"tag_calibration@{k}"] = calibration_error(
                    lists, k, histories, self.tag_shares
                )
            if self.item_vectors is not None:
                found[f"diversity@{k}"] = intra_list_diversity(lists, k, self.item_vectors)
        return found

    def _of_exposure(self, exposure: Mapping[int, Exposure]) -> dict[str, float]:
        """Return the metrics of all lists together, by name and cutoff."""
        found: dict[str, float] = {}
        for k, shown in exposure.items():
            found[f"coverage@{k}"] = shown.coverage(self.catalog)
            found[f"gini@{k}"] = shown.gini(self.catalog)
            found[f"tail_share@{k}"] = shown.share(self.counts.is_tail)
            found[f"cold_share@{k}"] = shown.share(self.counts.is_cold)
        return found

    def _check(
        self,
        lists: RankedLists,
        targets: Targets,
        histories: Queries,
        scored: ScoredItems | None,
    ) -> None:
        """Raise ``DataError`` if the parts of a batch do not belong together."""
        n_scored = len(lists.numbers) if scored is None else len(scored.scores)
        if not len(lists.numbers) == len(targets) == len(histories) == n_scored:
            raise DataError(
                f"{len(lists.numbers)} lists, {len(targets)} queries with targets, "
                f"{len(histories)} histories and {n_scored} rows of scores; give one each per query"
            )
        needed = min(max(self.ks), len(self.catalog))
        if lists.numbers.shape[1] < needed:
            raise DataError(
                f"lists of {lists.numbers.shape[1]} places for metrics at {max(self.ks)}; "
                f"ask the ranker for k = {needed}"
            )
