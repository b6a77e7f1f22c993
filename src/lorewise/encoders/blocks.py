"""All that a catalog says about its items, as named blocks of unit vectors."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any, Self, TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from lorewise.data.columns import column_roles
from lorewise.data.dataset import Dataset
from lorewise.data.item_features import ItemFeatures
from lorewise.encoders.attributes import AttributeEncoder, AttributeSettings
from lorewise.encoders.facets import LORE, WORDS, by_group
from lorewise.encoders.item_texts import Roles, item_numbers_by_column, item_tags, item_texts
from lorewise.encoders.language import foreign_share
from lorewise.encoders.lexical import LexicalSettings
from lorewise.encoders.multilingual import is_multilingual_installed
from lorewise.encoders.text_arrays import text_array, text_of
from lorewise.encoders.text_blocks import (
    Blocks,
    TextBlocks,
    pretrained,
    roles_as_dict,
    roles_from_dict,
)
from lorewise.encoders.title_years import with_title_years, with_year_role
from lorewise.stages import Arrays

ATTRIBUTES = "attributes"

Dense: TypeAlias = str
"""``auto``, ``none``, or the name of an encoder, see ``pretrained``."""


class BlockWarning(StrEnum):
    """What the blocks lack, and what to do about it."""

    NO_MULTILINGUAL_ENCODER = (
        "many texts are not in Latin letters and no installed encoder reads their meaning; "
        "they are compared by their characters alone; run: pip install 'lorewise[encoders]'"
    )


@dataclass(frozen=True, kw_only=True)
class BlockSettings:
    """Which blocks are made, and how."""

    dense: Dense = "auto"
    """Encoder of meaning; ``auto`` takes ``static`` unless many texts are in other scripts."""

    multilingual_from: float = 0.2
    """With ``auto``: from this share of texts in other scripts, ``multilingual``; in (0, 1]."""

    lexical: LexicalSettings = field(default_factory=LexicalSettings)
    """Of the blocks of words."""

    facets: LexicalSettings = field(default_factory=lambda: LexicalSettings(n_dims=128))
    """Of ``lore.names.lexical`` and ``lore.similar.lexical``, which hold few words per item."""

    attributes: AttributeSettings = field(default_factory=AttributeSettings)
    """Of the block of tags and numbers."""

    seed: int = 0
    """Of the search for main directions; at least 0."""


@dataclass(frozen=True, kw_only=True)
class FittedBlocks:
    """A catalog's vectors, and what it takes to place new items and free text among them."""

    features: ItemFeatures
    """Of the catalog, row i for item i; a block without content is left out."""

    groups: tuple[TextBlocks, ...]
    """The catalog's own columns; the lore as a whole for its meaning, then its facets in groups
    for their words, where there are any."""

    attribute_roles: Roles
    """The columns behind ``attributes``."""

    attributes: AttributeEncoder
    """Without dimensions where there are no attributes."""

    warnings: tuple[BlockWarning, ...] = ()
    """What is degraded; empty when all is well."""

    def encode_new(self, item_rows: pl.DataFrame) -> ItemFeatures:
        """Return the same blocks for other items, one row each.

        Columns are found by name; one that is missing counts as empty, an unknown one as absent.
        """
        return ItemFeatures(
            _encoded(item_rows, self.groups, self.attribute_roles, self.attributes, cache=None)
        )

    def encode_text(self, texts: Sequence[str]) -> ItemFeatures:
        """Return the same blocks for what people say, one row per text; zeros in ``attributes``."""
        blocks: Blocks = {}
        for group in self.groups:
            blocks |= group.encode_texts(texts)
        if self.attributes.dim:
            blocks[ATTRIBUTES] = np.zeros((len(texts), self.attributes.dim), dtype=np.float32)
        return ItemFeatures(blocks)

    def to_arrays(self) -> Arrays:
        """Return all that has to be saved, as plain arrays by name."""
        about = {
            "attribute_roles": roles_as_dict(self.attribute_roles),
            "warnings": [warning.name for warning in self.warnings],
            "groups": [group.group for group in self.groups],
            "blocks": list(self.features.blocks),
        }
        arrays = {"about": text_array(json.dumps(about))}
        arrays |= _prefixed("features", self.features.blocks)
        arrays |= _prefixed("attributes", self.attributes.to_arrays())
        for group in self.groups:
            arrays |= _prefixed(f"words.{group.group}", group.to_arrays())
        return arrays

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Self:
        """Return what ``to_arrays`` described; arrays may be memory-mapped."""
        about = json.loads(text_of(arrays["about"]))
        blocks = _without_prefix("features", arrays)
        groups = (_without_prefix(f"words.{name}", arrays) for name in about["groups"])
        return cls(
            features=ItemFeatures({name: blocks[name] for name in about["blocks"]}),
            groups=tuple(TextBlocks.from_arrays(group) for group in groups),
            attribute_roles=roles_from_dict(about["attribute_roles"]),
            attributes=AttributeEncoder.from_arrays(_without_prefix("attributes", arrays)),
            warnings=tuple(BlockWarning[name] for name in about["warnings"]),
        )


def encode_items(
    dataset: Dataset, settings: BlockSettings | None = None, *, cache: Path | None
) -> FittedBlocks:
    """Return the blocks of the dataset's items: ``text.*``, ``lore.*`` and ``attributes``.

    Lore has one block of meaning, ``lore.dense``, and the words of its facets in three:
    ``lore.names.lexical``, ``lore.similar.lexical`` and ``lore.words.lexical``.

    Dense vectors are kept in the folder ``cache`` by the content of the texts (see
    ``vector_cache.default_cache``); None keeps nothing.

    Raises:
        MissingExtraError: A package that ``settings.dense`` needs is missing.
        SettingsError: There is no encoder of that name, or none in that place.
    """
    wanted = settings or BlockSettings()
    table, rng = dataset.item_table, np.random.default_rng(wanted.seed)
    roles = column_roles(table)
    lore = {name: role for name, role in roles.items() if name in dataset.lore_columns}
    own = {name: role for name, role in roles.items() if name not in lore}
    dense, warnings = _choose_dense([item_texts(table, own), item_texts(table, lore)], wanted)
    if dense is not None:
        pretrained(dense)  # fails now if its package is missing, not after the other work
    fit = partial(TextBlocks.fit, table=table, rng=rng)
    groups = tuple(_fit_groups(fit, own, lore, dense, wanted))
    attribute_roles = with_year_role(table, own)
    attributes = _fit_attributes(table, attribute_roles, wanted.attributes, rng)
    blocks = _encoded(table, groups, attribute_roles, attributes, cache=cache)
    return FittedBlocks(
        features=ItemFeatures(blocks),
        groups=groups,
        attribute_roles=attribute_roles,
        attributes=attributes,
        warnings=warnings,
    )


def _fit_groups(
    fit: Callable[..., TextBlocks],
    own: Roles,
    lore: Roles,
    dense: str | None,
    settings: BlockSettings,
) -> Iterator[TextBlocks]:
    """Yield the groups that have columns.

    The words of lore are parted, for in one block the many names and titles, of which two items
    hardly share one, would drown what an item is about.
    """
    if own:
        yield fit("text", roles=own, dense=dense, lexical=settings.lexical)
    if lore and dense is not None:
        yield fit(LORE, roles=lore, dense=dense, lexical=None)
    for name, roles in by_group(lore).items():
        lexical = settings.lexical if name == WORDS else settings.facets
        yield fit(name, roles=roles, dense=None, lexical=lexical)


def _choose_dense(
    texts: Sequence[Sequence[str]], settings: BlockSettings
) -> tuple[str | None, tuple[BlockWarning, ...]]:
    """Return the name of the one dense encoder for all groups: queries must fit each of them."""
    if settings.dense != "auto":
        return None if settings.dense == "none" else settings.dense, ()
    if max(map(foreign_share, texts)) < settings.multilingual_from:
        return "static", ()
    if is_multilingual_installed():
        return "multilingual", ()
    return None, (BlockWarning.NO_MULTILINGUAL_ENCODER,)


def _fit_attributes(
    table: pl.DataFrame, roles: Roles, settings: AttributeSettings, rng: np.random.Generator
) -> AttributeEncoder:
    numbers = item_numbers_by_column(with_title_years(table, roles), roles)
    return AttributeEncoder.fit(item_tags(table, roles), numbers, settings=settings, rng=rng)


def _encoded(
    table: pl.DataFrame,
    groups: Sequence[TextBlocks],
    roles: Roles,
    attributes: AttributeEncoder,
    *,
    cache: Path | None,
) -> Blocks:
    blocks: Blocks = {}
    for group in groups:
        blocks |= group.encode_items(table, cache=cache)
    if attributes.dim:
        numbers = item_numbers_by_column(with_title_years(table, roles), roles)
        blocks[ATTRIBUTES] = attributes.encode(item_tags(table, roles), numbers)
    return blocks


def _prefixed(prefix: str, arrays: Arrays) -> dict[str, NDArray[Any]]:
    return {f"{prefix}.{name}": array for name, array in arrays.items()}


def _without_prefix(prefix: str, arrays: Arrays) -> dict[str, NDArray[Any]]:
    return {
        name.removeprefix(f"{prefix}."): array
        for name, array in arrays.items()
        if name.startswith(f"{prefix}.")
    }
