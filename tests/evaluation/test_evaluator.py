"""An evaluator against plain definitions, user by user, on random lists."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from lorewise.data.item_features import unit_rows
from lorewise.data.item_list import RankedLists, ScoredItems
from lorewise.data.queries import Queries
from lorewise.errors import DataError, SettingsError
from lorewise.evaluation.calibration import tag_shares
from lorewise.evaluation.evaluator import Evaluator
from lorewise.evaluation.outcome import Outcome
from lorewise.evaluation.report import Costs, Row
from lorewise.evaluation.slices import ActivityBounds
from lorewise.evaluation.targets import Targets
from lorewise.evaluation.training_counts import TrainingCounts

N_USERS, N_ITEMS, K = 30, 60, 20


class Split:
    """A random split with the scores of a model that knows something of the held-out items."""

    def __init__(self, seed: int = 4) -> None:
        rng = np.random.default_rng(seed)
        self.met = [rng.permutation(N_ITEMS - 5)[: rng.integers(1, 30)] for _ in range(N_USERS)]
        unmet = [np.setdiff1d(np.arange(N_ITEMS), history) for history in self.met]
        self.wanted = [rng.permutation(items)[: rng.integers(0, 6)] for items in unmet]
        self.scores = rng.permutation(N_USERS * N_ITEMS).reshape(N_USERS, N_ITEMS) / 1800
        for user in range(N_USERS):
            self.scores[user, self.wanted[user]] += rng.random()
            self.scores[user, self.met[user]] = np.nan
        order = np.argsort(-self.scores, axis=1, kind="stable")[:, :K]  # NaN comes last
        self.lists = RankedLists(
            order.astype(np.int32), np.take_along_axis(self.scores, order, 1).astype(np.float32)
        )
        self.histories = Queries.of([history.astype(np.int32) for history in self.met])
        users = np.repeat(np.arange(N_USERS), [len(items) for items in self.wanted])
        items = np.concatenate(self.wanted)
        self.targets = Targets.of(
            users, items, n_queries=N_USERS, untied=rng.random(len(items)) < 0.5
        )
        events = np.bincount(np.concatenate(self.met), minlength=N_ITEMS)
        self.counts = TrainingCounts(
            item_events=events,
            item_users=events,
            n_users=N_USERS,
            item_ids=[f"i{number:02}" for number in range(N_ITEMS)],
        )
        self.evaluator = Evaluator(
            counts=self.counts,
            catalog=np.arange(N_ITEMS, dtype=np.int32),
            item_vectors=unit_rows(rng.standard_normal((N_ITEMS, 3)).astype(np.float32)),
            tag_shares=tag_shares(pl.Series(["xyz"[n % 3] for n in range(N_ITEMS)])),
        )

    def outcome(self, start: int = 0, stop: int = N_USERS) -> Outcome:
        return self.evaluator.outcome(
            RankedLists(self.lists.numbers[start:stop], self.lists.scores[start:stop]),
            self.targets.part(start, stop),
            self.histories.part(start, stop),
            ScoredItems(self.evaluator.catalog, self.scores[start:stop].astype(np.float32)),
        )

    def row(self) -> Row:
        return self.evaluator.row("mine", self.outcome(), np.random.default_rng(1))


@pytest.fixture(scope="module")
def split() -> Split:
    return Split()


def plain_metrics(split: Split, k: int) -> dict[str, float]:
    """Compute the figures with sets and loops, from the lists alone."""
    popular = sorted(range(N_ITEMS), key=lambda i: (-split.counts.item_events[i], i))
    head = set(popular[: N_ITEMS // 5])
    found: dict[str, list[float]] = {"recall": [], "hit_rate": [], "ndcg": [], "tail": []}
    shown = np.zeros(N_ITEMS)
    for user in range(N_USERS):
        wanted = set(split.wanted[user].tolist())
        ids = split.lists.numbers[user, :k].tolist()
        shown[ids] += 1
        if wanted:
            hits = np.array([item in wanted for item in ids], dtype=float)
            ideal = sum(1 / np.log2(place + 2) for place in range(min(k, len(wanted))))
            found["recall"].append(hits.sum() / len(wanted))
            found["hit_rate"].append(float(hits.any()))
            found["ndcg"].append(float(hits @ (1 / np.log2(np.arange(k) + 2))) / ideal)
            if rare := wanted - head:
                found["tail"].append(len(rare & set(ids)) / len(rare))
    counts = np.sort(shown)
    gini = float((2 * np.arange(1, N_ITEMS + 1) - N_ITEMS - 1) @ counts / N_ITEMS / counts.sum())
    means = {name: float(np.mean(values)) for name, values in found.items()}
    return means | {"coverage": float(np.mean(shown > 0)), "gini": gini}


@pytest.mark.parametrize("k", [10, 20])
def test_figures_equal_their_plain_definitions(split: Split, k: int) -> None:
    row, plain = split.row(), plain_metrics(split, k)

    for name in ("recall", "hit_rate", "ndcg", "coverage", "gini"):
        assert row.metrics[f"{name}@{k}"] == pytest.approx(plain[name], abs=1e-12), name
    assert row.slices["tail_items"][f"recall@{k}"] == pytest.approx(plain["tail"], abs=1e-12)


def test_batches_joined_give_the_row_of_the_whole(split: Split) -> None:
    joined = Outcome.joined([split.outcome(0, 7), split.outcome(7, 8), split.outcome(8)])

    assert split.evaluator.row("mine", joined, np.random.default_rng(1)) == split.row()


def test_outcomes_of_different_evaluators_do_not_join(split: Split) -> None:
    poorer = replace(split.evaluator, item_vectors=None).outcome(
        split.lists, split.targets, split.histories
    )

    with pytest.raises(DataError, match="all measured by the same evaluator"):
        Outcome.joined([split.outcome(), poorer])


def test_lists_alone_give_the_same_accuracy_where_nothing_ties(split: Split) -> None:
    from_lists = split.evaluator.row(
        "mine",
        split.evaluator.outcome(split.lists, split.targets, split.histories),
        np.random.default_rng(1),
    )

    whole = split.row().metrics
    assert "auc" not in from_lists.metrics
    for name, value in from_lists.metrics.items():
        assert value == pytest.approx(whole[name], abs=1e-12), name


def test_every_mean_over_users_has_an_interval_that_holds_it(split: Split) -> None:
    row = split.row()

    without = {f"{name}@{k}" for name in ("coverage", "gini", "tail_share", "cold_share")
               for k in (10, 20)}  # fmt: skip
    assert row.metrics.keys() - row.ci95.keys() == without
    assert all(low <= row.metrics[name] <= high for name, (low, high) in row.ci95.items())


def test_the_row_states_slices_bounds_curve_and_costs(split: Split) -> None:
    row = split.evaluator.row(
        "mine",
        split.outcome(),
        np.random.default_rng(1),
        costs=Costs(fit_cpu_s=2.0),
        bounds=ActivityBounds(8, 15),
    )

    assert {"head_items", "tail_items", "cold_items", "sparse_users", "untied"} <= row.slices.keys()
    assert row.slices["sparse_users"]["max_events"] == 8
    assert row.slices["sparse_users"]["n_users"] == sum(
        len(met) <= 8 and len(wanted) > 0
        for met, wanted in zip(split.met, split.wanted, strict=True)
    )
    assert row.exposure_curve[-1] == 1.0
    assert row.costs.fit_cpu_s == 2.0


def test_the_training_curve_is_steeper_than_even(split: Split) -> None:
    curve = split.evaluator.training_curve

    assert list(curve) == sorted(curve)
    assert curve[-1] == pytest.approx(1)
    assert curve[7] > 0.2  # the most popular fifth


def test_importing_the_evaluator_loads_nothing_heavy() -> None:
    code = (
        "import sys, lorewise.evaluation.evaluator, lorewise.evaluation.html_report;"
        "print([m for m in ('numba', 'matplotlib', 'pydantic', 'rich') if m in sys.modules])"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )
    assert loaded.stdout.strip() == "[]"


def test_constant_scores_find_nothing(split: Split) -> None:
    flat = np.where(np.isnan(split.scores), np.nan, 0).astype(np.float32)
    outcome = split.evaluator.outcome(
        split.lists,
        split.targets,
        split.histories,
        ScoredItems(split.evaluator.catalog, flat),
    )

    metrics = split.evaluator.row("flat", outcome, np.random.default_rng(1)).metrics

    assert metrics["hit_rate@20"] == 0
    assert metrics["auc"] == 0


def test_cold_items_as_the_whole_catalog_have_coverage_of_their_own(split: Split) -> None:
    cold = np.flatnonzero(split.counts.is_cold).astype(np.int32)
    evaluator = Evaluator(counts=split.counts, catalog=cold, ks=(10,))
    lists = RankedLists(
        np.array([cold[:2].tolist() + [-1] * (len(cold) - 2)], dtype=np.int32),
        np.zeros((1, len(cold)), np.float32),
    )
    histories = Queries.of([np.array([0], dtype=np.int32)])
    targets = Targets.of([0], [cold[1]], n_queries=1)

    row = evaluator.row(
        "mine", evaluator.outcome(lists, targets, histories), np.random.default_rng(1)
    )

    assert row.metrics["coverage@10"] == 2 / len(cold)
    assert row.metrics["serendipity@10"] == 1 / 10  # nobody expects a cold item
    assert row.metrics["cold_share@10"] == 1


def test_parts_that_do_not_match_are_refused(split: Split) -> None:
    with pytest.raises(DataError, match="30 lists, 2 queries with targets"):
        split.evaluator.outcome(split.lists, split.targets.part(0, 2), split.histories)


def test_lists_too_narrow_for_the_cutoffs_are_refused(split: Split) -> None:
    narrow = RankedLists(split.lists.numbers[:, :10], split.lists.scores[:, :10])

    with pytest.raises(DataError, match="lists of 10 places for metrics at 20"):
        split.evaluator.outcome(narrow, split.targets, split.histories)


def test_settings_that_measure_nothing_are_refused(split: Split) -> None:
    with pytest.raises(SettingsError, match=r"cutoffs \(0,\)"):
        Evaluator(counts=split.counts, catalog=np.arange(3, dtype=np.int32), ks=(0,))
    with pytest.raises(DataError, match="catalog is empty"):
        Evaluator(counts=split.counts, catalog=np.zeros(0, np.int32))
