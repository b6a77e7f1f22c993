from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl
import pytest

from lorewise.data.assemble import assemble
from lorewise.data.dataset import Dataset
from lorewise.data.knowledge_file import with_knowledge
from lorewise.data.splitting import split
from lorewise.data.splitting.partition import Split
from lorewise.models.content import ContentScorer, ContentSettings
from lorewise.pipeline.lore_study import METRIC, lore_study
from lorewise.stages import Scorer


@dataclass(frozen=True)
class Model:
    scorer: Scorer
    summary: dict[str, Any]


@dataclass
class ByCluster:
    """Knows an item by the cluster that its lore tells; without lore all items are alike."""

    datasets: list[Dataset] = field(default_factory=list)

    def __call__(self, dataset: Dataset, **chosen: Any) -> Model:
        self.datasets.append(dataset)
        vectors = np.zeros((dataset.n_items, 2), dtype=np.float32)
        if "lore.cluster" in dataset.item_table.columns:
            clusters = dataset.item_table["lore.cluster"].cast(pl.Int64).to_numpy()
            vectors[np.arange(dataset.n_items), clusters] = 1
        else:
            vectors[:, 0] = 1
        return Model(
            ContentScorer.fit(dataset, vectors, ContentSettings()), {"effort": chosen["effort"]}
        )


@pytest.fixture(scope="module")
def told() -> Split:
    """Eight people who like all even or all odd ones of 60 items; lore tells which those are."""
    pairs = [(user, item) for user in range(8) for item in range(60) if item % 2 == user % 2]
    events = pl.DataFrame(
        {"user_id": [f"u{user}" for user, _ in pairs], "item_id": [f"i{item}" for _, item in pairs]}
    )
    lore = pl.DataFrame(
        {
            "id": [f"i{item}" for item in range(60)],
            "cluster": [str(item % 2) for item in range(60)],
            "reception": ["famous"] * 60,
        }
    )
    return split(with_knowledge(assemble(events), lore), "cold-items", 7)


def test_lore_that_tells_what_people_like_wins_and_foreign_lore_does_not(told: Split) -> None:
    report = lore_study(told, fit=ByCluster())
    found = {row.algorithm: row.metrics[METRIC] for row in report.rows}
    assert list(found) == ["with lore", "without lore", "permuted lore"]
    assert found["with lore"] > found["permuted lore"]
    assert found["with lore"] > found["without lore"]


def test_comparisons_state_the_gain_of_the_row_with_lore(told: Split) -> None:
    report = lore_study(told, fit=ByCluster())
    found = {row.algorithm: row.metrics[METRIC] for row in report.rows}
    assert [gain.reference for gain in report.comparisons] == ["without lore", "permuted lore"]
    for gain in report.comparisons:
        assert gain.algorithm == "with lore"
        assert gain.difference == pytest.approx(found["with lore"] - found[gain.reference])
        assert gain.ci95[0] <= gain.difference <= gain.ci95[1]


def test_each_fit_sees_what_its_row_says_and_nothing_held_out(told: Split) -> None:
    fit = ByCluster()
    report = lore_study(told, fit=fit, hindsight=["lore.reception"])
    plain = [name for name in told.train.item_table.columns if not name.startswith("lore.")]
    both = [*plain, "lore.cluster", "lore.reception"]
    columns = [dataset.item_table.columns for dataset in fit.datasets]
    assert columns == [both, plain, both, [*plain, "lore.cluster"]]
    assert fit.datasets[3].lore_columns == ("lore.cluster",)
    assert report.rows[3].algorithm == "without hindsight"
    for dataset in fit.datasets:
        assert dataset.item_counts[told.cold_items].sum() == 0


def test_the_report_names_split_seed_and_effort(told: Split) -> None:
    report = lore_study(told, seed=3, effort="balanced", fit=ByCluster())
    assert report.protocol == "cold-items"
    assert report.data["split_fingerprint"] == told.fingerprint
    assert (report.settings["seed"], report.settings["effort"]) == (3, "balanced")
    assert report.to_json()
