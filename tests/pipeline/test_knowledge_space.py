import numpy as np

from lorewise.data.item_features import ItemFeatures
from lorewise.pipeline.knowledge_space import KnowledgeSpace

BLOCKS = {
    "a": np.array([[1, 0], [0, 1], [0, 0]], dtype=np.float32),
    "b": np.array([[1, 0], [1, 0], [0, 1]], dtype=np.float32),
}


def test_what_all_items_share_says_nothing() -> None:
    space = KnowledgeSpace.of(ItemFeatures(BLOCKS), 3)
    # The mean of a over its two described items is (.5, .5): they end up opposite.
    a = space.features.blocks["a"]
    np.testing.assert_allclose(a[0], -a[1], atol=1e-6)
    assert not a[2].any()


def test_no_block_no_columns() -> None:
    space = KnowledgeSpace.of(ItemFeatures(BLOCKS), 3)
    assert space.vectors({"a": 0.0, "b": 0.0}).shape == (3, 0)
    assert KnowledgeSpace.of(ItemFeatures({}), 3).vectors({}).shape == (3, 0)


def test_new_items_are_placed_as_the_catalog_was() -> None:
    space = KnowledgeSpace.of(ItemFeatures(BLOCKS), 3)
    again = space.placed(ItemFeatures(BLOCKS), {"a": 0.3}, 3)
    np.testing.assert_allclose(again, space.vectors({"a": 0.3}), atol=1e-6)
