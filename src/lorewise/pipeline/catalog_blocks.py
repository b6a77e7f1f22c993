"""A catalog's vectors, with all that the stages make of it beforehand."""

from pathlib import Path

from lorewise.data.dataset import Dataset
from lorewise.encoders.blocks import BlockSettings, FittedBlocks, encode_items
from lorewise.pipeline.kin import with_kin


def encode_catalog(
    dataset: Dataset, settings: BlockSettings | None = None, *, cache: Path | None
) -> FittedBlocks:
    """Do as ``encode_items``, where similar titles are items of the catalog; see ``with_kin``."""
    return encode_items(with_kin(dataset), settings, cache=cache)
