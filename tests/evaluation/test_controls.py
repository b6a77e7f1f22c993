import numpy as np
import pytest

from lorewise.data.item_features import ItemFeatures, unit_rows
from lorewise.errors import SettingsError
from lorewise.evaluation.controls import lore_blocks, permuted, random_features


@pytest.fixture
def features() -> ItemFeatures:
    rng = np.random.default_rng(2)
    text = unit_rows(rng.standard_normal((40, 3)).astype(np.float32))
    lore = unit_rows(rng.standard_normal((40, 4)).astype(np.float32))
    lore[30:] = 0
    return ItemFeatures({"text.dense": text, "lore.dense": lore})


def test_blocks_exchange_their_rows_together(features: ItemFeatures) -> None:
    exchanged = permuted(features, np.random.default_rng(1)).blocks

    order = (exchanged["text.dense"] @ features.blocks["text.dense"].T).argmax(axis=1)
    assert sorted(order) == list(range(40))
    assert np.mean(order == np.arange(40)) < 0.2
    assert np.array_equal(exchanged["lore.dense"], features.blocks["lore.dense"][order])


def test_chosen_blocks_alone_are_exchanged_among_the_items_they_know(
    features: ItemFeatures,
) -> None:
    exchanged = permuted(features, np.random.default_rng(1), lore_blocks(features)).blocks

    assert np.array_equal(exchanged["text.dense"], features.blocks["text.dense"])
    assert not np.array_equal(exchanged["lore.dense"], features.blocks["lore.dense"])
    assert exchanged["lore.dense"][:30].any(axis=1).all()
    assert not exchanged["lore.dense"][30:].any()


def test_random_vectors_have_the_shapes_lengths_and_gaps_of_the_real_ones(
    features: ItemFeatures,
) -> None:
    drawn = random_features(features, np.random.default_rng(1)).blocks

    for name, block in features.blocks.items():
        assert drawn[name].shape == block.shape
        assert drawn[name].dtype == np.float32
        lengths = np.linalg.norm(block, axis=1)
        assert np.linalg.norm(drawn[name], axis=1) == pytest.approx(lengths, abs=1e-6)
        assert abs(np.mean(np.sum(drawn[name] * block, axis=1))) < 0.25


def test_random_vectors_leave_other_blocks_alone(features: ItemFeatures) -> None:
    drawn = random_features(features, np.random.default_rng(1), ["lore.dense"]).blocks

    assert np.array_equal(drawn["text.dense"], features.blocks["text.dense"])


def test_the_same_seed_gives_the_same_control(features: ItemFeatures) -> None:
    for control in (permuted, random_features):
        first, second = (control(features, np.random.default_rng(9)).blocks for _ in range(2))
        assert all(np.array_equal(first[name], second[name]) for name in first)


def test_an_unknown_block_is_named(features: ItemFeatures) -> None:
    with pytest.raises(SettingsError, match=r"'lore.tfidf'.*there are text.dense, lore.dense"):
        permuted(features, np.random.default_rng(1), ["lore.tfidf"])
