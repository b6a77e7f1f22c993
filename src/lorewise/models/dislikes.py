"""What a dislike takes away from the disliked item and those most like it."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from lorewise.data.primitives import ItemNumbers, Offsets, Scores
from lorewise.stages import Arrays


@dataclass(frozen=True)
class Dislikes:
    """A dislike says two things: where the user is, and what they do not want.

    So a disliked item still leads to what usually follows it, but its nearest items lose all that
    it would have given them and something more. (Counting dislikes as absent instead costs a
    tenth of the next-item NDCG on MovieLens-1M, where a fifth of the ratings are dislikes.)
    """

    near: ItemNumbers
    """Each item's nearest items, -1 where there are fewer; shape ``(n_items, n_near)``."""

    losses: Scores
    """What each of them loses per unit of strength; above 0, and 0 beside -1; same shape."""

    scale: float
    """Loss beyond what a like would give, at similarity 1; above 0."""

    @classmethod
    def fit(cls, near: ItemNumbers, similarities: Scores, given: Scores, *, scale: float) -> Self:
        """Set the losses.

        Args:
            near: Nearest items, -1 where there are fewer.
            similarities: Of each pair, at most 1; only those above 0 count.
            given: What the item gives each of them when disliked.
            scale: Loss beyond that, at similarity 1; above 0.
        """
        counts = (near >= 0) & (similarities > 0)
        losses = np.where(counts, np.maximum(given, 0) + scale * similarities, 0)
        near = np.where(counts, near, -1).astype(np.int32)
        return cls(near, losses.astype(np.float32), scale)

    def grown(self, n_items: int) -> Self:
        """Return it for a catalog with more items at its end, of which none is near another."""
        missing = ((0, n_items - len(self.near)), (0, 0))
        near = np.pad(self.near, missing, constant_values=-1)
        return replace(self, near=near, losses=np.pad(self.losses, missing))

    def refreshed(self, sources: ItemNumbers, fresh: Self, is_changed: NDArray[np.bool_]) -> Self:
        """Return it with what ``fresh`` says of these sources, pair by pair where it changed.

        ``is_changed`` has the shape of ``fresh.near``.
        """
        near, losses = self.near.copy(), self.losses.copy()
        near[sources] = np.where(is_changed, fresh.near, near[sources])
        losses[sources] = np.where(is_changed, fresh.losses, losses[sources])
        return replace(self, near=near, losses=losses)

    def take_from(
        self, out: Scores, offsets: Offsets, items: ItemNumbers, strengths: Scores
    ) -> None:
        """Subtract from ``out`` what the events with negative ``strengths`` take away."""
        disliked = np.flatnonzero(strengths < 0)
        if len(disliked) == 0:
            return
        queries = np.searchsorted(offsets, disliked, side="right") - 1
        near = self.near[items[disliked]]
        losses = self.losses[items[disliked]] * -strengths[disliked, None]
        rows = np.broadcast_to(queries[:, None], near.shape)[near >= 0]
        np.subtract.at(out, (rows, near[near >= 0]), losses[near >= 0])

    def to_arrays(self) -> Arrays:
        """Return the arrays to be saved."""
        return {"near": self.near, "losses": self.losses, "loss_scale": np.array(self.scale)}

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Self:
        """Return what ``to_arrays`` described."""
        return cls(arrays["near"], arrays["losses"], float(arrays["loss_scale"]))
