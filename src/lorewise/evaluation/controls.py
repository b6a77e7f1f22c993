"""Knowledge that must not help: the controls of every claim that knowledge does."""

from collections.abc import Collection, Mapping

import numpy as np

from lorewise.data.item_features import ItemFeatures, unit_rows
from lorewise.data.primitives import Embeddings
from lorewise.errors import SettingsError

LORE_PREFIX = "lore."
"""How the names of blocks begin that a language model's knowledge went into."""


def lore_blocks(features: ItemFeatures) -> tuple[str, ...]:
    """Return the names of the blocks that hold a language model's knowledge."""
    return tuple(name for name in features.blocks if name.startswith(LORE_PREFIX))


def permuted(
    features: ItemFeatures, rng: np.random.Generator, blocks: Collection[str] | None = None
) -> ItemFeatures:
    """Return features in which the items have exchanged their knowledge at random.

    One exchange for all the ``blocks`` (every block by default), so that what is said of an item
    stays together. Only items of which some of these blocks know anything take part: how many are
    known, and which, is not knowledge about them.

    Raises:
        SettingsError: There is no block of that name.
    """
    chosen = _chosen(features.blocks, blocks)
    known = np.any([block.any(axis=1) for block in chosen.values()], axis=0)
    source = np.arange(len(known))
    source[known] = rng.permutation(np.flatnonzero(known))
    return ItemFeatures(
        {
            name: block[source] if name in chosen else block
            for name, block in features.blocks.items()
        }
    )


def random_features(
    features: ItemFeatures, rng: np.random.Generator, blocks: Collection[str] | None = None
) -> ItemFeatures:
    """Return features with Gaussian directions in place of knowledge, in the same shapes.

    Rows of zeros stay zeros; blocks that ``blocks`` does not name (all are by default) stay whole.

    Raises:
        SettingsError: There is no block of that name.
    """
    chosen = _chosen(features.blocks, blocks)
    drawn = {
        name: unit_rows(rng.standard_normal(block.shape, np.float32))
        * block.any(axis=1, keepdims=True)
        for name, block in chosen.items()
    }
    return ItemFeatures(dict(features.blocks) | drawn)


def _chosen(
    present: Mapping[str, Embeddings], names: Collection[str] | None
) -> dict[str, Embeddings]:
    """Return the named blocks, all of them for None."""
    wanted = present.keys() if names is None else names
    if missing := [name for name in wanted if name not in present]:
        raise SettingsError(
            f"no block {missing[0]!r} among the item features; there are {', '.join(present)}"
        )
    return {name: present[name] for name in present if name in wanted}
