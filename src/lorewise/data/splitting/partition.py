"""A dataset in two parts: what may be learned from, and what is to be predicted."""

import json
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from typing import Self

import numpy as np
from numpy.typing import NDArray

from lorewise.data.dataset import Dataset
from lorewise.data.primitives import ItemNumbers, UserNumbers
from lorewise.data.splitting.ties import tied_rows
from lorewise.errors import DataError


@dataclass(frozen=True, kw_only=True)
class RowParts:
    """Which rows go where; masks of shape ``(n_interactions,)``. A row may be in no part."""

    train: NDArray[np.bool_]
    """Learned from."""

    held_out: NDArray[np.bool_]
    """To be predicted."""

    revealed: NDArray[np.bool_] | None = None
    """Shown with the query, never learned from; None where the protocol reveals nothing."""


@dataclass(frozen=True, kw_only=True)
class Split:
    """What is learned from, what is asked, and what should come back."""

    name: str
    """The protocol, a key of ``PROTOCOLS``."""

    dataset_fingerprint: str
    """Of the whole dataset."""

    train: Dataset
    """All that may be learned from; users and items are numbered as in the whole."""

    held_out: Dataset
    """What is to be predicted, dislikes included; same numbers. Some rows may belong to users
    that are no targets."""

    history: Dataset
    """What is known of the users when they ask: ``train``, and the revealed events of cold
    users; same numbers."""

    target_users: UserNumbers
    """Whose lists are judged, rising: users with held-out rows and, unless the protocol is about
    users without it, some history."""

    candidates: ItemNumbers | None
    """The only items that are ranked, rising; None for the whole catalog."""

    tied: NDArray[np.bool_]
    """Whether a held-out row has the time of its user's row before it in the whole dataset, so
    that file order alone says which is later; all False without times; a row of ``held_out``
    each."""

    settings: dict[str, int | float] = field(default_factory=dict)
    """What the protocol was told, the seed included where chance enters through one."""

    @classmethod
    def of(
        cls,
        dataset: Dataset,
        name: str,
        parts: RowParts,
        settings: dict[str, int | float],
        candidates: ItemNumbers | None = None,
    ) -> Self:
        """Return the split that these row masks describe.

        Raises:
            DataError: No row is held out, or none is left to learn from.
        """
        _check_parts(dataset, name, parts)
        held_out = dataset.only(parts.held_out)
        train = dataset.only(parts.train)
        if parts.revealed is None:
            history, targets = train, np.intersect1d(held_out.user_numbers, train.user_numbers)
        else:
            history = dataset.only(parts.train | parts.revealed)
            targets = np.unique(held_out.user_numbers)
        return cls(
            name=name,
            dataset_fingerprint=dataset.fingerprint,
            train=train,
            held_out=held_out,
            history=history,
            target_users=targets,
            candidates=candidates,
            tied=tied_rows(dataset)[parts.held_out],
            settings=settings,
        )

    @cached_property
    def cold_items(self) -> ItemNumbers:
        """Items that have held-out interactions but none in training, rising."""
        held_out = np.unique(self.held_out.item_numbers)
        cold: ItemNumbers = held_out[self.train.item_counts[held_out] == 0]
        return cold

    @cached_property
    def fingerprint(self) -> str:
        """Sixteen hex digits that change with the dataset, protocol, settings or any part."""
        digest = blake2b(digest_size=8)
        digest.update(json.dumps([self.dataset_fingerprint, self.name]).encode())
        digest.update(json.dumps(self.settings, sort_keys=True).encode())
        for part in (self.train, self.held_out, self.history):
            digest.update(part.n_interactions.to_bytes(8))
            for column in (part.user_numbers, part.item_numbers, part.timestamps_s, part.weights):
                digest.update(np.ascontiguousarray(column).tobytes())
        return digest.hexdigest()


def _check_parts(dataset: Dataset, name: str, parts: RowParts) -> None:
    for rows, fault in ((parts.held_out, "holds nothing out"), (parts.train, "leaves no training")):
        if not rows.any():
            raise DataError(
                f"protocol {name!r} {fault}: the data have {dataset.n_interactions} interactions "
                f"of {len(np.unique(dataset.user_numbers))} users with "
                f"{len(np.unique(dataset.item_numbers))} items; give more data, another share or "
                "another protocol"
            )
