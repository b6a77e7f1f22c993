"""The dense and the lexical block of one group of columns."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Self

import numpy as np
import polars as pl

from lorewise.data.columns import ColumnRole
from lorewise.data.primitives import Embeddings
from lorewise.encoders import DENSE_ENCODERS, ENCODER_PLACES
from lorewise.encoders.item_texts import Roles, item_tags, item_texts
from lorewise.encoders.lexical import LexicalEncoder, LexicalSettings
from lorewise.encoders.text_arrays import text_array, text_of
from lorewise.encoders.vector_cache import PretrainedEncoder, cached_vectors
from lorewise.errors import ArtifactMismatchError, SettingsError
from lorewise.stages import Arrays

Blocks = dict[str, Embeddings]


def pretrained(name: str) -> PretrainedEncoder:
    """Return the dense encoder of this name; loads its library now.

    A name of ``DENSE_ENCODERS``, or one of ``ENCODER_PLACES``, a colon and the place.

    Raises:
        MissingExtraError: A package that it needs is not installed.
        SettingsError: There is no encoder of this name, or none in that place.
    """
    kind, _, place = name.partition(":")
    encoder: PretrainedEncoder
    if place and kind in ENCODER_PLACES:
        encoder = _class_of(ENCODER_PLACES[kind]).open(place)
    elif name in DENSE_ENCODERS:
        encoder = _class_of(DENSE_ENCODERS[name]).load()
    else:
        raise SettingsError(
            f"there is no encoder {name!r}; take one of {', '.join(DENSE_ENCODERS)}, "
            "folder:PATH or endpoint:URL#MODEL"
        )
    return encoder


def _class_of(reference: str) -> Any:  # noqa: ANN401  whichever class the table names
    module, _, name = reference.partition(":")
    return getattr(import_module(module), name)


@dataclass(frozen=True)
class TextBlocks:
    """Encodes the texts and tags of some columns, as ``<group>.dense`` and ``<group>.lexical``."""

    group: str
    """``text`` for the catalog's own columns; ``lore`` for a language model's, or ``lore.`` and the
    name of a group of its facets."""

    roles: Roles
    """The columns and what they are; found once, when fitted."""

    dense: str | None
    """Name of the pretrained encoder, see ``pretrained``; None leaves the dense block out."""

    lexical: LexicalEncoder
    """Without dimensions where the columns hold no words; then its block is left out."""

    dense_version: str | None = None
    """The encoder's own name, which changes when its vectors do; None where it is not known."""

    @classmethod
    def fit(
        cls,
        group: str,
        table: pl.DataFrame,
        roles: Roles,
        *,
        dense: str | None,
        lexical: LexicalSettings | None,
        rng: np.random.Generator,
    ) -> Self:
        """Learn the words of these columns; ``table`` has one row per item.

        Without ``dense``, or without ``lexical``, that block is left out.
        """
        texts = item_texts(table, roles)
        encoder = LexicalEncoder.knowing_nothing()
        if lexical is not None:
            encoder = LexicalEncoder.fit(texts, item_tags(table, roles), settings=lexical, rng=rng)
        if dense is None or not any(texts):
            return cls(group, roles, None, encoder)
        return cls(group, roles, dense, encoder, pretrained(dense).name)

    def encode_items(self, table: pl.DataFrame, *, cache: Path | None) -> Blocks:
        """Return the blocks of these items; a column that is missing counts as empty."""
        texts, tags = item_texts(table, self.roles), item_tags(table, self.roles)
        blocks = {}
        if self.dense is not None:
            sentences = [text.replace("\n", ", ") for text in texts]
            blocks[f"{self.group}.dense"] = cached_vectors(self._same(self.dense), sentences, cache)
        if self.lexical.dim:
            blocks[f"{self.group}.lexical"] = self.lexical.encode(texts, tags)
        return blocks

    def encode_texts(self, texts: Sequence[str]) -> Blocks:
        """Return the same blocks for what people say.

        Raises:
            ArtifactMismatchError: The pretrained encoder is not the one of the fit any more.
        """
        blocks = {}
        if self.dense is not None:
            blocks[f"{self.group}.dense"] = self._same(self.dense).encode_queries(texts)
        if self.lexical.dim:
            blocks[f"{self.group}.lexical"] = self.lexical.encode(texts)
        return blocks

    def _same(self, dense: str) -> PretrainedEncoder:
        """Return the encoder if it is still that of the fit: vectors of two are never alike."""
        encoder = pretrained(dense)
        if self.dense_version not in (None, encoder.name):
            raise ArtifactMismatchError(
                f"the encoder {dense!r} is {encoder.name!r} here, but the model was fitted with "
                f"{self.dense_version!r}; bring that back, or fit again"
            )
        return encoder

    def to_arrays(self) -> Arrays:
        """Return all that has to be saved, as plain arrays by name."""
        about = {
            "group": self.group,
            "dense": self.dense,
            "dense_version": self.dense_version,
            "roles": roles_as_dict(self.roles),
        }
        return {"about": text_array(json.dumps(about)), **self.lexical.to_arrays()}

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Self:
        """Return what ``to_arrays`` described; arrays may be memory-mapped."""
        about = json.loads(text_of(arrays["about"]))
        roles = roles_from_dict(about["roles"])
        lexical = LexicalEncoder.from_arrays(arrays)
        return cls(about["group"], roles, about["dense"], lexical, about.get("dense_version"))


def roles_as_dict(roles: Roles) -> dict[str, dict[str, str]]:
    """Return the roles as plain values."""
    return {name: asdict(role) for name, role in roles.items()}


def roles_from_dict(plain: Mapping[str, Mapping[str, str]]) -> dict[str, ColumnRole]:
    """Return the roles that ``roles_as_dict`` wrote."""
    return {name: ColumnRole(**role) for name, role in plain.items()}  # type: ignore[arg-type]  # a Kind when it was written
