from collections.abc import Callable

import pytest

from lorewise.data.dataset import Dataset
from lorewise.data.inspection.popularity import popularity_findings, popularity_shares

Build = Callable[..., Dataset]


def test_items_alike_have_no_concentration(build: Build) -> None:
    shares = popularity_shares(build([("u", f"i{number}", 1) for number in range(10)]))
    assert shares.gini == pytest.approx(0.0)
    assert shares.top_20_percent == pytest.approx(0.2)


def test_cold_items_count_for_the_concentration(build: Build) -> None:
    # counts 0, 0, 0, 4: Gini (4 x 2 - 4 - 1) x 4 / (4 x 4) = 3/4
    rows = [("u", "a", time) for time in range(4)]
    shares = popularity_shares(build(rows, unseen=["b", "c", "d"]))
    assert shares.gini == pytest.approx(0.75)
    assert shares.top_1_percent == 1.0


def test_one_item_with_much_of_the_attention_is_a_note(build: Build) -> None:
    rows = [("u", f"i{number}", 1) for number in range(100)]
    crowded = build([*rows, *(("v", "i7", time) for time in range(60))])
    found = popularity_findings(popularity_shares(crowded), 100)
    assert [(each.severity, each.what) for each in found] == [("note", "concentrated popularity")]
    assert found[0].evidence.startswith("38% of the interactions")  # 61 of 160
    assert popularity_findings(popularity_shares(build(rows)), 100) == []


def test_a_small_catalog_has_no_hundredth_to_speak_of(build: Build) -> None:
    assert popularity_findings(popularity_shares(build([("u", "a", 1)])), 1) == []


def test_no_interactions_have_no_concentration(build: Build) -> None:
    for dataset in (build([]), build([], unseen=["a"])):
        shares = popularity_shares(dataset)
        assert (shares.gini, shares.top_1_percent, shares.top_20_percent) == (0, 0, 0)
