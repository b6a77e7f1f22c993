import numpy as np
import pytest

from lorewise.models.item_facts import DAY_S, ItemFacts
from lorewise.testing.tiny import tiny_world

DATASET = tiny_world().dataset


def test_days_run_back_from_the_newest_event_of_all() -> None:
    facts, item = ItemFacts.of(DATASET), int(np.argmax(DATASET.item_counts))
    times = DATASET.timestamps_s[DATASET.item_numbers == item] / DAY_S
    newest = DATASET.timestamps_s.max() / DAY_S
    assert facts.counts[item] == len(times)
    assert facts.idle_days[item] == pytest.approx(newest - times.max(), abs=1e-3)
    assert facts.mean_days[item] == pytest.approx(newest - times.mean(), abs=1e-3)


def test_an_item_that_nobody_took_has_no_days() -> None:
    facts, is_cold = ItemFacts.of(DATASET), tiny_world().is_cold
    assert not facts.idle_days[is_cold].any()
    assert not facts.mean_days[is_cold].any()


def test_facts_are_saved_as_they_are() -> None:
    facts = ItemFacts.of(DATASET)
    again = ItemFacts.from_arrays(facts.to_arrays())
    for name, array in facts.to_arrays().items():
        np.testing.assert_array_equal(again.to_arrays()[name], array)
