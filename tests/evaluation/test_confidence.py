"""Stated confidence of a few items, held against made qualities."""

import numpy as np
import pytest

from lorewise.evaluation.confidence import check_confidence, item_quality
from lorewise.evaluation.ranks import RankedTargets


def rng() -> np.random.Generator:
    return np.random.default_rng(3)


def test_an_item_is_as_good_as_the_share_of_others_it_was_ranked_above() -> None:
    # Two people: the first chose items 0 and 2, the second item 0; 4 and 5 others each.
    ranked = RankedTargets(
        offsets=np.array([0, 2, 3]),
        ranks=np.array([1, 4, 3]),
        others_ahead=np.array([0, 2, 1]),
        n_others=np.array([4, 5]),
    )

    quality = item_quality(ranked, np.array([0, 2, 0], dtype=np.int32), 3)

    # Item 0: (1 - 0/4 + 1 - 1/5) / 2 = 0.9; item 1 nobody chose; item 2: 1 - 2/4.
    assert quality == pytest.approx([0.9, np.nan, 0.5], nan_ok=True)


def test_quality_that_rises_with_confidence_is_said_to() -> None:
    stated = ["low", "medium", "High "] * 10
    quality = np.tile([0.5, 0.7, 0.9], 10) + np.linspace(0, 0.05, 30)

    found = check_confidence(stated, quality, np.full(30, 0.5), rng())

    assert [level.stated for level in found.levels] == ["low", "medium", "high"]
    assert found.levels[0].n_items == 10
    assert found.levels[2].quality == pytest.approx(quality[2::3].mean())
    assert found.levels[2].gain == pytest.approx(quality[2::3].mean() - 0.5)
    assert found.levels[2].ci95[0] < found.levels[2].quality < found.levels[2].ci95[1]
    assert found.quality is not None
    assert found.quality.rises
    assert found.verdict.startswith("Quality rises with stated confidence: low 0.5")


@pytest.mark.parametrize("slope", [0.0, -0.2])
def test_quality_that_does_not_rise_is_said_not_to(slope: float) -> None:
    stated = ["low", "high"] * 30
    quality = 0.7 + slope * np.tile([0, 1], 30) + np.random.default_rng(1).normal(0, 0.05, 60)

    found = check_confidence(stated, quality, np.zeros(60), rng())

    assert found.verdict.startswith("Quality does not rise with stated confidence")


def test_the_gain_is_judged_apart_from_the_quality() -> None:
    stated = ["low", "high"] * 20
    quality = np.tile([0.5, 0.9], 20) + np.linspace(0, 0.01, 40)

    found = check_confidence(stated, quality, quality - 0.1, rng())

    assert found.quality is not None
    assert found.gain is not None
    assert (found.quality.rises, found.gain.rises) == (True, False)
    assert "What knowledge adds does not rise" in found.verdict


def test_one_level_leaves_nothing_to_compare() -> None:
    found = check_confidence(["high", "high", None], np.full(3, 0.5), np.zeros(3), rng())

    assert (found.quality, found.gain) == (None, None)
    assert found.verdict == (
        "All 2 items that could be checked state the same confidence, high: there is nothing to "
        "compare."
    )


def test_items_that_nobody_chose_or_that_state_nothing_do_not_count() -> None:
    quality = np.array([0.5, np.nan, 0.5, 0.5])

    found = check_confidence(["high", "low", "who knows", None], quality, quality, rng())

    assert [level.n_items for level in found.levels] == [1]
    none = check_confidence([None], quality[:1], quality[:1], rng())
    assert none.verdict == "No item that could be checked states a confidence."


def test_numbers_are_grouped_by_size() -> None:
    stated = [f"{number / 30:.2f}" for number in range(30)]
    quality = np.arange(30) / 30

    found = check_confidence(stated, quality, np.zeros(30), rng())

    assert [level.n_items for level in found.levels] == [10, 10, 10]
    assert found.levels[0].stated == "0.00 to 0.30"
    assert found.quality is not None
    assert found.quality.correlation == pytest.approx(1, abs=0.01)
