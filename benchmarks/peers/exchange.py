"""What the benchmarks and their peers exchange: a split in a folder, ranked lists in a file.

This module runs in every peer's environment: it needs Python 3.11 and numpy alone. All files are
``.npz`` without pickle.
"""

import json
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

PARTS = ("train", "validation", "test")
"""Files of a split folder, beside ``meta.json``."""

DTYPES = {"users": np.int32, "items": np.int32, "times_s": np.int64, "ratings": np.float32}
"""Arrays of a part, in the order in which they are hashed."""

LIST_LENGTH = 100
"""Items in the list of each user that is asked."""

FIT_ON = ("train", "train+validation")
"""What may be learned from: the first chooses settings, the second is judged on test events."""

Lists = NDArray[np.int32]
"""Item numbers, best first; -1 where a list has ended; ``(n_users, LIST_LENGTH)``."""


@dataclass(frozen=True, kw_only=True)
class Events:
    """Who met what, sorted by user, then oldest first."""

    users: NDArray[np.int32]
    """Rising."""

    items: NDArray[np.int32]
    times_s: NDArray[np.int64]
    """Seconds since 1970; all 0 without times. Where they tie, the order of rows counts."""

    ratings: NDArray[np.float32]
    """NaN where nobody rated."""

    n_users: int
    """Users of the whole data, those without events here included."""

    n_items: int

    def __len__(self) -> int:
        return len(self.users)

    @cached_property
    def offsets(self) -> NDArray[np.int64]:
        """User u's rows are ``offsets[u]:offsets[u + 1]``; shape ``(n_users + 1,)``."""
        counts = np.bincount(self.users, minlength=self.n_users)
        return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)

    def items_of(self, user: int) -> NDArray[np.int32]:
        """Return what the user met, oldest first."""
        return self.items[self.offsets[user] : self.offsets[user + 1]]

    def is_same(self, other: Self) -> bool:
        """Return whether all events are the same, in the same order."""
        return len(self) == len(other) and all(
            np.array_equal(getattr(self, name), getattr(other, name), equal_nan=True)
            for name in DTYPES
        )

    def then(self, later: Self) -> Self:
        """Return these events and later ones of the same users."""
        order = np.argsort(np.concatenate([self.users, later.users]), kind="stable")
        arrays = {
            name: np.concatenate([getattr(self, name), getattr(later, name)])[order]
            for name in DTYPES
        }
        return type(self)(**arrays, n_users=self.n_users, n_items=self.n_items)


@dataclass(frozen=True, kw_only=True)
class SplitFolder:
    """The last event of each user for the test, the one before to choose settings by."""

    name: str
    train: Events
    validation: Events
    test: Events
    has_times: bool
    """Whether the times mean anything."""

    @property
    def parts(self) -> dict[str, Events]:
        """The three parts by name."""
        return {name: getattr(self, name) for name in PARTS}

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the numbers of users and items and of all arrays, in a fixed order."""
        found = sha256(np.array([self.train.n_users, self.train.n_items], dtype="<i8").tobytes())
        for part in self.parts.values():
            for name, dtype in DTYPES.items():
                little = np.dtype(dtype).newbyteorder("<")
                found.update(len(part).to_bytes(8, "little"))
                found.update(np.ascontiguousarray(getattr(part, name), dtype=little).tobytes())
        return found.hexdigest()

    def known(self, fit_on: str) -> Events:
        """Return what may be learned from."""
        return self.train if fit_on == FIT_ON[0] else self.train.then(self.validation)

    def wanted(self, fit_on: str) -> Events:
        """Return what is to be predicted from it: the next event of each user who is asked."""
        return self.validation if fit_on == FIT_ON[0] else self.test


def write_split(folder: Path, split: SplitFolder) -> None:
    """Write the split into this folder, which is made if it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, part in split.parts.items():
        np.savez(folder / f"{name}.npz", **{key: getattr(part, key) for key in DTYPES})
    meta = {
        "name": split.name,
        "n_users": split.train.n_users,
        "n_items": split.train.n_items,
        "has_times": split.has_times,
    }
    (folder / "meta.json").write_text(json.dumps(meta, indent=1) + "\n", encoding="utf-8")


def read_split(folder: Path) -> SplitFolder:
    """Return the split that ``write_split`` wrote into this folder."""
    meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    sizes = {"n_users": meta["n_users"], "n_items": meta["n_items"]}
    parts = {}
    for name in PARTS:
        with np.load(folder / f"{name}.npz", allow_pickle=False) as arrays:
            columns = {key: arrays[key].astype(dtype) for key, dtype in DTYPES.items()}
        parts[name] = Events(**columns, **sizes)
    return SplitFolder(name=meta["name"], has_times=meta["has_times"], **parts)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What one fitted model recommends, and what that cost."""

    users: NDArray[np.int32]
    """Those who were asked, rising."""

    lists: Lists
    version: str
    """Of the package."""

    cpu_s: float
    """Processor seconds of the fit, all threads together."""

    peak_mb: float
    """Most memory that the whole process held."""

    users_per_s: float
    """Users answered in a second, by the clock."""

    choosing_cpu_s: float = 0.0
    """Processor seconds in which a model that chooses its own settings did so before the fit."""


def write_answer(path: Path, answer: Answer) -> None:
    """Write the lists and costs into this file."""
    costs: dict[str, Any] = {
        name: getattr(answer, name)
        for name in ("version", "cpu_s", "peak_mb", "users_per_s", "choosing_cpu_s")
    }
    np.savez(path, users=answer.users, lists=answer.lists, costs=np.array(json.dumps(costs)))


def read_answer(path: Path) -> Answer:
    """Return the lists and costs that ``write_answer`` wrote."""
    with np.load(path, allow_pickle=False) as arrays:
        costs = json.loads(str(arrays["costs"]))
        return Answer(users=arrays["users"], lists=arrays["lists"], **costs)
