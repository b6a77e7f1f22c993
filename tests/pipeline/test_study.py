"""Studies on the tiny world and on worlds of a few users, made by hand."""

from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from lorewise.data.dataset import Dataset
from lorewise.data.splitting import split
from lorewise.data.vocabulary import Vocabulary
from lorewise.errors import SettingsError
from lorewise.evaluation.report import Report
from lorewise.models.popularity import PopularityScorer, PopularitySettings
from lorewise.pipeline.study import evaluate
from lorewise.pipeline.trial import Progress
from lorewise.stages import Scorer
from lorewise.testing.tiny import tiny_world

CONTROLLED = [
    "rules",
    "rules without lore",
    "rules permuted lore",
    "rules random lore",
    "rules tf-idf",
]


@dataclass(frozen=True)
class Model:
    scorer: Scorer
    summary: dict[str, Any]


@dataclass
class RecordedFit:
    """Fits popularity whatever is asked, and keeps what it was given.

    ``rules`` gets it upside down, and so does ``content`` where there is lore.
    """

    calls: list[tuple[str | None, str, int]] = field(default_factory=list)
    datasets: list[Dataset] = field(default_factory=list)

    def __call__(
        self,
        dataset: Dataset,
        *,
        algorithm: str | None,
        effort: str,
        seed: int,
        progress: Progress | None,
    ) -> Model:
        self.calls.append((algorithm, effort, seed))
        self.datasets.append(dataset)
        if progress is not None:
            progress("fitting", 0.5)
        none = np.zeros((dataset.n_items, 0), dtype=np.float32)
        scorer = PopularityScorer.fit(dataset, none, PopularitySettings())
        misled = algorithm == "content" and dataset.lore_columns
        if algorithm == "rules" or misled:
            scorer = PopularityScorer(-scorer.item_scores)
        return Model(scorer, {"asked": algorithm})


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOREWISE_CACHE", str(tmp_path))


def with_lore() -> Dataset:
    """Return the tiny world with two columns of lore that lack the last item."""
    dataset = tiny_world().dataset
    n_items = dataset.n_items
    mood = [f"mood{number} shared words" for number in range(n_items - 1)]
    tags = [f"tag{number % 3}|kind{number % 5}" for number in range(n_items - 1)]
    table = dataset.item_table.with_columns(
        pl.Series("lore.mood", [*mood, None]), pl.Series("lore.tags", [*tags, None])
    )
    return replace(dataset, item_table=table, lore_columns=("lore.mood", "lore.tags"))


def four_users() -> Dataset:
    """Return four users who met a and b, then d, e or both; nobody met c; without texts."""
    histories = ["abde", "abde", "abe", "abd"]
    n_events = sum(map(len, histories))
    items = Vocabulary.of(list("abcde"))
    users = Vocabulary.of(["u1", "u2", "u3", "u4"])
    return Dataset(
        users=users,
        items=items,
        user_numbers=np.repeat(np.arange(4), list(map(len, histories))).astype(np.int32),
        item_numbers=items.numbers(list("".join(histories))).astype(np.int32),
        weights=np.ones(n_events, dtype=np.float32),
        ratings=np.full(n_events, np.nan, dtype=np.float32),
        timestamps_s=np.arange(n_events, dtype=np.int64),
        repeatable=np.zeros(n_events, dtype=np.bool_),
        item_table=pl.DataFrame({"item_id": items.ids}),
        user_table=pl.DataFrame({"user_id": users.ids}),
    )


def study(dataset: Dataset, algorithms: list[str], **choices: Any) -> tuple[Report, RecordedFit]:
    fit = choices.pop("fit", RecordedFit())
    return evaluate(
        dataset, choices.pop("protocol", "last-item"), algorithms, fit=fit, **choices
    ), fit


def test_the_mean_rank_of_the_held_out_items_is_what_a_person_would_count() -> None:
    report, _ = study(four_users(), ["popularity"])

    # Held out: e of u1, u2 and u3, d of u4. Training counts: a 4, b 4, d 2, c and e 0.
    # u1, u2 have met a, b, d: c and e tie at 0, and a tie counts against: rank 2, 1 / 2.
    # u3 has met a, b: d, then c and e tie: rank 3, 1 / 3.  u4: d first, 1.
    expected = (1 / 2 + 1 / 2 + 1 / 3 + 1) / 4
    assert report.rows[0].metrics["mrr@10"] == pytest.approx(expected)


def test_a_world_without_item_texts_has_no_diversity_and_is_measured_all_the_same() -> None:
    report, _ = study(four_users(), ["popularity"])

    assert "diversity@10" not in report.rows[0].metrics


def test_each_algorithm_is_fitted_once_on_the_training_part_alone() -> None:
    dataset = tiny_world().dataset

    _, fit = study(dataset, ["fusion", "rules", "fusion"], effort="best", seed=3)

    train = split(dataset, "last-item", 3).train
    assert fit.calls == [(None, "best", 3), ("rules", "best", 3)]
    assert {seen.fingerprint for seen in fit.datasets} == {train.fingerprint}


def test_rows_follow_the_request_and_the_best_is_what_others_are_compared_with() -> None:
    report, _ = study(tiny_world().dataset, ["rules", "popularity", "fusion"])

    assert [row.algorithm for row in report.rows] == ["rules", "popularity", "fusion"]
    assert [(c.algorithm, c.reference) for c in report.comparisons] == [
        ("rules", "popularity"),
        ("fusion", "popularity"),
    ]
    worse, same = report.comparisons
    assert worse.difference < 0
    assert same.difference == 0
    assert worse.p_holm >= worse.p_value


def test_one_algorithm_is_compared_with_nothing() -> None:
    assert study(tiny_world().dataset, ["rules"])[0].comparisons == ()


@pytest.mark.parametrize("protocol", ["last-item", "temporal", "cold-mixed", "cold-items"])
def test_the_report_says_what_it_ran_on_and_can_be_written(protocol: str) -> None:
    dataset = tiny_world().dataset

    report, _ = study(dataset, ["popularity"], protocol=protocol, seed=5)

    parted = split(dataset, protocol, 5)
    assert report.protocol == protocol
    assert report.data["fingerprint"] == dataset.fingerprint
    assert report.data["split_fingerprint"] == parted.fingerprint
    assert report.data["n_target_users"] == len(parted.target_users)
    assert report.settings["seed"] == 5
    assert report.settings["fits"] == {"popularity": {"asked": "popularity"}}
    assert Report.from_json(report.to_json()).rows[0].algorithm == "popularity"


def test_time_and_memory_are_measured() -> None:
    costs = study(tiny_world().dataset, ["popularity"])[0].rows[0].costs

    assert costs.fit_cpu_s is not None
    assert costs.fit_cpu_s >= 0
    assert costs.recommend_cpu_s is not None
    assert costs.recommend_cpu_s > 0


def test_progress_rises_from_0_to_1_over_all_algorithms() -> None:
    told: list[tuple[str, float]] = []

    study(
        tiny_world().dataset,
        ["popularity", "rules"],
        progress=lambda doing, share: told.append((doing, share)),
    )

    shares = [share for _, share in told]
    assert shares == sorted(shares)
    assert shares[0] == 0
    assert shares[-1] == 1
    # Half of a fit that is 80 % of the second of two halves: 0.5 + 0.5 * 0.8 * 0.5.
    assert dict(told)["rules: fitting"] == pytest.approx(0.7)


@pytest.mark.parametrize(
    ("algorithms", "protocol", "message"),
    [
        (["popularity", "fusoin"], "last-item", "did you mean 'fusion'"),
        ([], "last-item", "name at least one"),
        (["popularity"], "last-itm", "did you mean 'last-item'"),
    ],
)
def test_a_wrong_name_is_refused_before_anything_is_fitted(
    algorithms: list[str], protocol: str, message: str
) -> None:
    fit = RecordedFit()

    with pytest.raises(SettingsError, match=message):
        study(tiny_world().dataset, algorithms, protocol=protocol, fit=fit)

    assert fit.calls == []


def test_knowledge_controls_without_lore_are_refused_before_anything_is_fitted() -> None:
    fit = RecordedFit()

    with pytest.raises(SettingsError, match="needs lore"):
        study(tiny_world().dataset, ["rules"], knowledge_controls=True, fit=fit)

    assert fit.calls == []


def test_knowledge_controls_learn_from_the_same_interactions_and_other_lore() -> None:
    report, fit = study(with_lore(), ["rules"], knowledge_controls=True)

    whole, without, permuted, random, by_words = fit.datasets
    assert by_words is whole
    assert [row.algorithm for row in report.rows] == CONTROLLED
    assert "lore.mood" not in without.item_table.columns
    assert without.lore_columns == ()
    for control in (without, permuted, random):
        assert np.array_equal(control.item_numbers, whole.item_numbers)
        assert control.item_table["title"].equals(whole.item_table["title"])
    for control in (permuted, random):
        assert control.item_table.schema == whole.item_table.schema
        assert not control.item_table.equals(whole.item_table)


def test_permuted_lore_stays_together_and_random_lore_does_not() -> None:
    _, fit = study(with_lore(), ["rules"], knowledge_controls=True)

    whole, _, permuted, random = (dataset.item_table for dataset in fit.datasets[:4])
    rows = [
        Counter(zip(table["lore.mood"], table["lore.tags"], strict=True))
        for table in (whole, permuted, random.select(pl.col("lore.mood", "lore.tags")))
    ]
    assert rows[0] == rows[1] != rows[2]
    words = [
        Counter(" ".join(table["lore.mood"].drop_nulls()).split()) for table in (whole, random)
    ]
    assert words[0] == words[1]
    assert (
        random["lore.tags"]
        .str.split("|")
        .list.len()
        .equals(whole["lore.tags"].str.split("|").list.len())
    )
    assert permuted["lore.mood"][-1] is None


def test_controls_are_compared_with_their_own_algorithm() -> None:
    report, _ = study(with_lore(), ["popularity", "rules"], knowledge_controls=True)

    pairs = [(c.algorithm, c.reference) for c in report.comparisons]
    assert pairs[0] == ("rules", "popularity")
    assert pairs[5:] == [(name, "rules") for name in CONTROLLED[1:]]


def test_a_control_that_beats_its_algorithm_is_still_held_against_it() -> None:
    report, _ = study(with_lore(), ["content"], knowledge_controls=True)

    without = report.comparisons[0]
    assert (without.algorithm, without.reference) == ("content without lore", "content")
    assert without.difference > 0


def test_shuffled_ties_are_a_row_of_their_own_on_other_data() -> None:
    report, fit = study(tiny_world().dataset, ["rules", "popularity"], shuffle_ties=True)

    assert [row.algorithm for row in report.rows][2:] == [
        "rules ties shuffled",
        "popularity ties shuffled",
    ]
    assert fit.datasets[0].fingerprint != fit.datasets[2].fingerprint
    assert len(report.comparisons) == 1


def test_where_no_held_out_row_is_tied_there_is_nothing_to_shuffle() -> None:
    report, _ = study(four_users(), ["popularity"], shuffle_ties=True)

    assert [row.algorithm for row in report.rows] == ["popularity"]


def test_the_same_seed_gives_the_same_figures() -> None:
    first, again = (study(with_lore(), ["fusion"], protocol="random")[0] for _ in range(2))

    assert first.rows[0].metrics == again.rows[0].metrics
    assert first.rows[0].ci95 == again.rows[0].ci95


@pytest.mark.slow
def test_the_fits_that_ship_are_measured_on_the_same_users() -> None:
    report = evaluate(tiny_world().dataset, "last-item", ["popularity", "fusion"])

    popularity, fusion = report.rows
    assert popularity.slices["sparse_users"]["n_users"] == fusion.slices["sparse_users"]["n_users"]
    assert fusion.metrics["ndcg@10"] > popularity.metrics["ndcg@10"]
