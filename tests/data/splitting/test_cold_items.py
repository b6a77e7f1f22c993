from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from lorewise.data.dataset import Dataset
from lorewise.data.splitting.cold_items import cold_items, cold_mixed
from lorewise.data.vocabulary import Vocabulary
from lorewise.errors import DataError


def test_a_fifth_of_the_items_loses_all_interactions(sizable: Dataset) -> None:
    made = cold_items(sizable, rng=np.random.default_rng(0))
    assert len(made.cold_items) == sizable.n_items // 5
    assert made.train.item_counts[made.cold_items].sum() == 0
    np.testing.assert_array_equal(
        made.held_out.item_counts[made.cold_items], sizable.item_counts[made.cold_items]
    )


def test_only_cold_items_are_ranked_unless_mixed(sizable: Dataset) -> None:
    alone = cold_items(sizable, rng=np.random.default_rng(0))
    mixed = cold_mixed(sizable, rng=np.random.default_rng(0))
    assert alone.candidates is not None
    assert alone.candidates.tolist() == alone.cold_items.tolist() == mixed.cold_items.tolist()
    assert mixed.candidates is None


def test_whoever_knows_the_seed_can_repeat_it_from_the_ids(sizable: Dataset) -> None:
    seen = pl.Series(sizable.items.array[sizable.item_numbers].tolist())
    in_order = seen.unique().sort().to_numpy()
    expected = np.random.default_rng(42).permutation(in_order)[: len(in_order) // 5]
    made = cold_items(sizable, rng=np.random.default_rng(42))
    assert sorted(sizable.items.array[made.cold_items]) == sorted(expected)


def test_an_item_that_nobody_had_is_never_drawn(sizable: Dataset) -> None:
    items = Vocabulary.of([*sizable.items.ids, *(f"unseen{n}" for n in range(60))])
    wider = replace(
        sizable,
        items=items,
        item_numbers=items.numbers(sizable.items.array[sizable.item_numbers].tolist()),
        item_table=pl.DataFrame({"item_id": items.ids}),
    )
    narrow_split = cold_items(sizable, rng=np.random.default_rng(1))
    wide_split = cold_items(wider, rng=np.random.default_rng(1))
    assert sorted(items.array[wide_split.cold_items]) == sorted(
        sizable.items.array[narrow_split.cold_items]
    )


def test_a_single_item_cannot_be_held_out(sizable: Dataset) -> None:
    one = sizable.only(sizable.item_numbers == 0)
    with pytest.raises(DataError, match="leaves no training"):
        cold_items(one, rng=np.random.default_rng(0))
