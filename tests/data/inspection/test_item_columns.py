from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import pytest

from lorewise.data.columns import ColumnRole
from lorewise.data.dataset import Dataset
from lorewise.data.inspection.item_columns import (
    column_findings,
    first_seen_s,
    rank_correlation,
)

Build = Callable[..., Dataset]
Row = tuple[str, str, int]


@pytest.fixture(scope="module")
def shuffled() -> dict[int, int]:
    """For each of thirty items when it is first met, unrelated to its number."""
    times = np.random.default_rng(4).permutation(30)
    return {item: int(time) for item, time in enumerate(times)}


@pytest.fixture(scope="module")
def rows(shuffled: dict[int, int]) -> list[Row]:
    return [
        (user, f"{item}", 10 * time + later)
        for item, time in shuffled.items()
        for later, user in enumerate("uv")
    ]


def found(dataset: Dataset) -> list[str]:
    return [each.what for each in column_findings(dataset, {})]


def test_an_item_is_first_seen_at_its_earliest_row(build: Build) -> None:
    dataset = build([("u", "a", 9), ("v", "a", 5), ("v", "b", 7)], unseen=["c"])
    seen = dict(zip(dataset.items.ids, first_seen_s(dataset), strict=True))
    assert (seen["a"], seen["b"]) == (5, 7)
    assert np.isnan(seen["c"])
    assert np.isnan(first_seen_s(build([("u", "a", 9)], has_times=False))).all()


def test_correlation_is_of_ranks_and_of_known_values_only() -> None:
    one = np.arange(25.0)
    assert rank_correlation(one, np.exp(one)) == pytest.approx(1)
    assert rank_correlation(one, -one) == pytest.approx(-1)
    gaps = np.where(one < 5, np.nan, one)
    assert rank_correlation(one, gaps) == pytest.approx(1)
    assert rank_correlation(one, np.where(one < 6, np.nan, one)) == 0  # 19 values are too few
    assert rank_correlation(one, np.ones(25)) == 0


def test_a_column_that_rises_with_time_leaks(
    build: Build, rows: list[Row], shuffled: dict[int, int]
) -> None:
    dataset = build(rows, columns={"serial": lambda key: 7 * shuffled[int(key)]})
    assert found(dataset) == ["an item column follows the time of the first interaction"]
    [finding] = column_findings(dataset, {})
    assert "'serial' has a rank correlation of 1.00" in finding.evidence


def test_a_date_that_falls_with_time_leaks(
    build: Build, rows: list[Row], shuffled: dict[int, int]
) -> None:
    def added(key: str) -> date:
        return date(2020, 1, 1) - timedelta(days=shuffled[int(key)])

    dataset = build(rows, columns={"added": added})
    assert found(dataset) == ["an item column follows the time of the first interaction"]


def test_a_count_of_the_interactions_leaks(build: Build, rows: list[Row]) -> None:
    more = [("w", f"{item}", 1000) for item in range(30) for _ in range(item)]
    dataset = build([*rows, *more], columns={"n_sold": int})
    assert found(dataset) == ["an item column follows the number of interactions"]


def test_a_column_of_its_own_mind_is_no_finding(build: Build, rows: list[Row]) -> None:
    dataset = build(rows, columns={"price": lambda key: int(key) % 7, "title": str})
    assert found(dataset) == []


def test_ids_that_follow_time_are_a_note(build: Build) -> None:
    [finding] = column_findings(build([("u", f"{n}", n) for n in range(9, 40)]), {})
    assert (finding.severity, finding.what) == ("note", "item ids follow time")
    assert "1.00" in finding.evidence


def test_ids_that_are_words_follow_nothing(build: Build) -> None:
    assert found(build([("u", f"i{n:02}", n) for n in range(9, 40)])) == []


def test_unused_columns_are_named_with_the_reason(build: Build) -> None:
    roles = {
        "item_id": ColumnRole("excluded", "an id"),
        "url": ColumnRole("excluded", "links"),
        "plot": ColumnRole("text", "free text"),
    }
    [finding] = column_findings(build([("u", "a", 1)]), roles)
    assert (finding.what, finding.evidence) == ("item columns that are not used", "url: links")
