import importlib
import warnings
from collections.abc import Sequence
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from lorewise.data.item_list import ScoredItems
from lorewise.evaluation import accuracy as metrics
from lorewise.evaluation.ranks import NEVER, RankedTargets
from lorewise.evaluation.targets import Targets

ALL_AT_K = sorted(metrics.METRICS_AT_K)


def ranked_at(*ranks: Sequence[int]) -> RankedTargets:
    lengths = [len(of_query) for of_query in ranks]
    flat = np.array([rank for of_query in ranks for rank in of_query], dtype=np.int64)
    return RankedTargets(
        offsets=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        ranks=flat,
        others_ahead=np.zeros_like(flat),
        n_others=np.zeros(len(ranks), dtype=np.int64),
    )


def at_k(name: str, ranks: Sequence[int], k: int) -> float:
    return float(metrics.METRICS_AT_K[name](ranked_at(ranks), k)[0])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("precision", 2 / 3),  # two hits in three places
        ("recall", 2 / 4),  # two of four targets
        ("f1", 4 / 7),  # 2 * (2/3 * 2/4) / (2/3 + 2/4) = (2/3) / (7/6)
        ("hit_rate", 1.0),
        # (1/log2(2) + 1/log2(4)) / (1/log2(2) + 1/log2(3) + 1/log2(4)) = 1.5 / 2.13093
        ("ndcg", 0.70392),
        ("mrr", 1.0),
        ("map", (1 / 1 + 2 / 3) / 4),  # precisions 1/1 and 2/3 at the hits, over four targets
    ],
)
def test_hits_at_ranks_1_and_3_of_four_targets(name: str, expected: float) -> None:
    assert at_k(name, [1, 3, 4, NEVER], 3) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("name", ALL_AT_K)
def test_a_hit_just_past_the_cutoff_counts_for_nothing(name: str) -> None:
    assert at_k(name, [4], 3) == 0
    assert at_k(name, [3], 3) > 0


@pytest.mark.parametrize("name", ALL_AT_K)
def test_a_target_that_is_never_shown_is_no_hit_at_any_cutoff(name: str) -> None:
    assert at_k(name, [NEVER], 1000) == 0


@pytest.mark.parametrize("name", [*ALL_AT_K, "auc"])
def test_a_user_without_targets_is_undefined_and_leaves_the_mean(name: str) -> None:
    found = metrics.accuracy(ranked_at([1], []), (5,))
    values = found[name] if name == "auc" else found[f"{name}@5"]

    assert np.isnan(values[1])


def test_no_targets_at_all_leave_every_mean_undefined() -> None:
    found = metrics.accuracy(ranked_at([], []), (5,))

    assert all(np.isnan(metrics.mean_over_users(values)) for values in found.values())


def test_targets_that_tie_all_have_the_worse_rank() -> None:
    # Both tie at the top: each counts the other ahead, so both are at rank 2.
    scored = ScoredItems(np.arange(3, dtype=np.int32), np.array([[2, 2, 1]], dtype=np.float32))
    ranked = RankedTargets.from_scores(scored, Targets.of([0, 0], [0, 1], n_queries=1))

    assert metrics.recall(ranked, 1)[0] == 0
    # 2/log2(3) over 1 + 1/log2(3) = 1.26186 / 1.63093
    assert metrics.ndcg(ranked, 2)[0] == pytest.approx(0.77371, abs=1e-5)
    assert metrics.average_precision(ranked, 2)[0] == pytest.approx(1.0)  # 2/2 at both
    assert metrics.auc(ranked)[0] == 1.0  # the one other item is below both


def test_every_metric_at_every_cutoff_has_a_name() -> None:
    names = metrics.accuracy(ranked_at([1]), (10, 20)).keys()

    assert names == {f"{name}@{k}" for name in ALL_AT_K for k in (10, 20)} | {"auc"}


rank_sets = st.lists(st.integers(1, 30), min_size=1, max_size=8, unique=True)


@given(rank_sets, st.integers(1, 30), st.sampled_from(ALL_AT_K))
def test_values_stay_between_0_and_1(ranks: list[int], k: int, name: str) -> None:
    assert 0 <= at_k(name, ranks, k) <= 1 + 1e-12


@given(rank_sets, st.integers(1, 30), st.sampled_from(ALL_AT_K), st.data())
def test_moving_a_target_up_never_lowers_a_value(
    ranks: list[int], k: int, name: str, data: st.DataObject
) -> None:
    mover = data.draw(st.integers(0, len(ranks) - 1))
    above = [place for place in range(1, ranks[mover]) if place not in ranks]
    if above:
        better = list(ranks)
        better[mover] = data.draw(st.sampled_from(above))
        assert at_k(name, better, k) >= at_k(name, ranks, k) - 1e-12


@given(rank_sets, st.integers(1, 30), st.sampled_from(ALL_AT_K), st.randoms())
def test_the_order_in_which_targets_are_named_does_not_matter(
    ranks: list[int], k: int, name: str, random: np.random.Generator
) -> None:
    shuffled = list(ranks)
    random.shuffle(shuffled)
    assert at_k(name, shuffled, k) == pytest.approx(at_k(name, ranks, k), abs=1e-12)


@given(st.integers(1, 8), st.integers(0, 8))
def test_the_best_possible_list_has_full_gain(n_targets: int, spare: int) -> None:
    perfect = list(range(1, n_targets + 1))

    assert at_k("ndcg", perfect, n_targets + spare) == pytest.approx(1)
    assert at_k("ndcg", perfect, max(1, n_targets - spare)) == pytest.approx(1)


@given(st.integers(0, 2**32 - 1))
def test_auc_is_that_of_scikit_learn_without_ties(seed: int) -> None:
    rng = np.random.default_rng(seed)
    scores = rng.permutation(20).astype(np.float32)[None]
    relevant = rng.choice(20, rng.integers(1, 19), replace=False)
    ranked = RankedTargets.from_scores(
        ScoredItems(np.arange(20, dtype=np.int32), scores),
        Targets.of(np.zeros(len(relevant)), relevant, n_queries=1),
    )

    expected = roc_auc_score(np.isin(np.arange(20), relevant), scores[0])

    assert metrics.auc(ranked)[0] == pytest.approx(expected, abs=1e-9)


def test_auc_counts_a_tie_as_wrong() -> None:
    scored = ScoredItems(np.arange(4, dtype=np.int32), np.array([[2, 2, 3, 1]], dtype=np.float32))
    ranked = RankedTargets.from_scores(scored, Targets.of([0], [0], n_queries=1))

    assert metrics.auc(ranked)[0] == pytest.approx(1 / 3)  # above one of three; ties and 3 win


RANX = {
    "precision": "precision",
    "recall": "recall",
    "f1": "f1",
    "hit_rate": "hit_rate",
    "ndcg": "ndcg",
    "mrr": "mrr",
    "map": "map",
}
IR_MEASURES = {
    "precision": "P",
    "recall": "R",
    "hit_rate": "Success",
    "ndcg": "nDCG",
    "mrr": "RR",
    "map": "AP",
}
N_PLACES = 20


@pytest.fixture(scope="module")
def judged() -> tuple[dict[str, dict[str, int]], dict[str, dict[str, float]], RankedTargets]:
    """Random lists of 20 of 40 items, without ties, and the edges: all hits, none, one target."""
    rng = np.random.default_rng(11)
    qrels, runs, ranks = {}, {}, []
    for query in range(60):
        order = rng.permutation(40)
        n_targets = [1, 40, 20, 3][query % 4] if query < 12 else int(rng.integers(1, 15))
        relevant = order[:n_targets] if query < 8 else rng.choice(40, n_targets, replace=False)
        if query == 8:
            relevant = order[N_PLACES:]
        qrels[f"q{query}"] = {f"i{item}": 1 for item in relevant}
        runs[f"q{query}"] = {f"i{order[p]}": float(N_PLACES - p) for p in range(N_PLACES)}
        places = np.argsort(order)[relevant]
        ranks.append(np.where(places < N_PLACES, places + 1, NEVER).tolist())
    return qrels, runs, ranked_at(*ranks)


def import_quietly(name: str) -> ModuleType:
    """Import a library whose own warnings are not ours to mend."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return importlib.import_module(name)


@pytest.mark.slow
@pytest.mark.parametrize("k", [1, 5, 10, 20])
def test_values_are_those_of_ranx_0_3(
    judged: tuple[dict[str, dict[str, int]], dict[str, dict[str, float]], RankedTargets], k: int
) -> None:
    ranx = import_quietly("ranx")
    qrels, runs, ranked = judged
    names = [f"{name}@{k}" for name in RANX.values()]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = ranx.evaluate(
            ranx.Qrels(qrels), ranx.Run(runs), names, return_mean=False, make_comparable=True
        )

    order = np.argsort(np.argsort(list(qrels)))  # ranx sorts the queries by name
    for ours, name in RANX.items():
        expected = theirs[f"{name}@{k}"][order]
        found = metrics.METRICS_AT_K[ours](ranked, k)
        assert found == pytest.approx(expected, abs=1e-9), ours


@pytest.mark.slow
@pytest.mark.parametrize("k", [1, 5, 10, 20])
def test_values_are_those_of_ir_measures_0_4(
    judged: tuple[dict[str, dict[str, int]], dict[str, dict[str, float]], RankedTargets], k: int
) -> None:
    ir_measures = import_quietly("ir_measures")
    qrels, runs, ranked = judged
    queries = list(qrels)
    for ours, name in IR_MEASURES.items():
        measure = ir_measures.parse_measure(f"{name}@{k}")
        theirs = {m.query_id: m.value for m in ir_measures.iter_calc([measure], qrels, runs)}
        found = metrics.METRICS_AT_K[ours](ranked, k)
        assert found == pytest.approx([theirs[query] for query in queries], abs=1e-9), ours
