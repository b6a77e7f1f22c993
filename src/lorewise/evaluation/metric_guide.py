"""What each metric is called in reports, what it says, and which way is better."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from lorewise.evaluation.report import Report


@dataclass(frozen=True)
class MetricGuide:
    """How a reader should take a metric."""

    label: str
    """Short name for table heads, without the cutoff."""

    meaning: str
    """One sentence for people who see it for the first time."""

    better: Literal["higher", "lower", "neither"] = "higher"
    """Which way is better; ``"neither"`` for what describes rather than judges."""


ACCURACY: Mapping[str, MetricGuide] = MappingProxyType(
    {
        "ndcg": MetricGuide(
            "NDCG", "Held-out items found, those near the top counting more; 1 is a perfect list."
        ),
        "recall": MetricGuide("Recall", "Share of a user's held-out items that the list found."),
        "hit_rate": MetricGuide("Hit rate", "Share of users whose list found anything."),
        "precision": MetricGuide("Precision", "Share of the list that was held out."),
        "f1": MetricGuide("F1", "Harmonic mean of precision and recall."),
        "mrr": MetricGuide("MRR", "1 / rank of the first item found."),
        "map": MetricGuide("MAP", "Mean of the precisions at each item found."),
        "auc": MetricGuide(
            "AUC", "Chance that a held-out item is scored above another; ties count as wrong."
        ),
    }
)
"""Metrics of what was found, in the order of display."""

BEYOND: Mapping[str, MetricGuide] = MappingProxyType(
    {
        "coverage": MetricGuide("Coverage", "Share of the catalog that anyone was shown."),
        "gini": MetricGuide(
            "Gini", "Inequality of exposure: 0 if all items are shown equally often.", "lower"
        ),
        "tail_share": MetricGuide(
            "Tail share", "Share of places for items outside the most popular fifth.", "neither"
        ),
        "cold_share": MetricGuide(
            "Cold share", "Share of places for items nobody met in training.", "neither"
        ),
        "novelty": MetricGuide(
            "Novelty", "Mean of -log2 of the share of users who know the item, in bits.", "neither"
        ),
        "average_popularity": MetricGuide(
            "Popularity", "Mean training interactions of the shown items.", "neither"
        ),
        "diversity": MetricGuide(
            "Diversity", "1 - mean cosine between the items of one list.", "neither"
        ),
        "serendipity": MetricGuide(
            "Serendipity", "Share of the list that was held out and that popularity would miss."
        ),
        "popularity_calibration": MetricGuide(
            "Pop. calibration",
            "Divergence of the list from the user's own mix of head and tail, in nats.",
            "lower",
        ),
        "tag_calibration": MetricGuide(
            "Tag calibration",
            "Divergence of the list from the user's own mix of tags, in nats.",
            "lower",
        ),
    }
)
"""Metrics of what the lists are like, in the order of display."""

SLICES: Mapping[str, str] = MappingProxyType(
    {
        "head_items": "Head items",
        "tail_items": "Tail items",
        "cold_items": "Cold items",
        "sparse_users": "Sparse users",
        "regular_users": "Regular users",
        "active_users": "Active users",
        "untied": "Untied",
    }
)
"""Slices' names in tables, in the order of display."""


def shown_metrics(report: Report, guides: Mapping[str, MetricGuide], k: int) -> dict[str, str]:
    """Return key -> label of the metrics at ``k`` that some row has, in the guide's order."""
    keys = [key for name in guides for key in (f"{name}@{k}", name)]
    return {key: metric_label(key) for key in keys if any(key in r.metrics for r in report.rows)}


def metric_label(key: str) -> str:
    """Return how to call a metric in text; the key itself if no guide knows it.

    >>> metric_label("ndcg@10")
    'NDCG@10'
    """
    name, at, k = key.partition("@")
    guide = {**ACCURACY, **BEYOND}.get(name)
    return f"{guide.label}{at}{k}" if guide else key


def cutoffs(report: Report) -> list[int]:
    """Return the cutoffs the report has figures for, rising."""
    names = {name for row in report.rows for name in row.metrics}
    ends = {name.rpartition("@")[2] for name in names if "@" in name}
    return sorted(int(end) for end in ends if end.isdigit())


def is_best(report: Report, key: str, value: float) -> bool:
    """Return whether no row beats this value, where one way is better and rows differ."""
    guide = {**ACCURACY, **BEYOND}.get(key.partition("@")[0])
    values = {row.metrics[key] for row in report.rows if key in row.metrics}
    if guide is None or guide.better == "neither" or len(values) == 1:
        return False
    return value == (max(values) if guide.better == "higher" else min(values))


def figure_text(value: float | None) -> str:
    """Return a figure as short text: four decimals below 10, fewer above.

    >>> figure_text(0.12345), figure_text(42.123), figure_text(12345.6), figure_text(None)
    ('0.1235', '42.1', '12,346', '-')
    """
    if value is None:
        return "-"
    size = abs(value)
    decimals = 4 if size < 10 else 1 if size < 1000 else 0  # noqa: PLR2004  width of the figures
    return f"{value:,.{decimals}f}"
