"""Writes the split that Lorewise and its peers share, and knows what it has to be.

    python benchmarks/split_folder.py DATA OUT [--shuffle-ties SEED] [--keep SHARE] [--record]

Each user's last event is for the test and the one before for choosing settings, as the protocol
``last-item``, applied twice, holds them out: users with fewer than three events keep all of them
for training, and users with three have none to choose by.
"""

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from peers.exchange import Events, SplitFolder, write_split

from lorewise.data.dataset import Dataset
from lorewise.data.sources import read
from lorewise.data.splitting import Split, shuffle_ties, split
from lorewise.data.splitting.sparse import sparse
from lorewise.errors import DataError

RECORDED = Path(__file__).parent / "peers" / "splits.json"
"""Name -> SHA-256 of the splits that published figures of ours stand on."""


KEEP_SEED = 42
"""Of the draw of the events that are kept."""


@dataclass(frozen=True, kw_only=True)
class Parts:
    """A dataset by what may be known when."""

    train: Dataset
    validation: Dataset
    known: Dataset
    """Both of the above."""

    test: Dataset

    @classmethod
    def of(cls, dataset: Dataset, keep: float = 1.0) -> Self:
        """Hold out the last event of each user, twice, once the rest is thinned out to ``keep``."""
        outer = _thinned(dataset, keep) if keep < 1 else split(dataset, "last-item")
        inner = split(outer.train, "last-item")
        return cls(
            train=inner.train, validation=inner.held_out, known=outer.train, test=outer.held_out
        )


def _thinned(dataset: Dataset, keep: float) -> Split:
    return sparse(dataset, rng=np.random.default_rng(KEEP_SEED), keep=keep)


def dataset_of(data: str, tie_seed: int | None = None) -> Dataset:
    """Return the data in this folder; events of one time in random order if there is a seed."""
    dataset = read(data)
    return dataset if tie_seed is None else shuffle_ties(dataset, np.random.default_rng(tie_seed))


def name_of(data: str, tie_seed: int | None = None, keep: float = 1.0) -> str:
    """Return what the split is called: the folder, its ties' order, and what is left of it."""
    name = Path(data).resolve().name
    name = name if tie_seed is None else f"{name}, ties shuffled by {tie_seed}"
    return name if keep == 1 else f"{name}, {keep:g} of the events"


def events_of(dataset: Dataset) -> Events:
    """Return the interactions alone, users and items numbered as here."""
    return Events(
        users=dataset.user_numbers,
        items=dataset.item_numbers,
        times_s=dataset.timestamps_s,
        ratings=dataset.ratings,
        n_users=dataset.n_users,
        n_items=dataset.n_items,
    )


def split_of(dataset: Dataset, name: str, keep: float = 1.0) -> SplitFolder:
    """Return the split of this dataset, with ``keep`` of each user's training events."""
    parts = Parts.of(dataset, keep)
    return SplitFolder(
        name=name,
        train=events_of(parts.train),
        validation=events_of(parts.validation),
        test=events_of(parts.test),
        has_times=dataset.has_times,
    )


def check_recorded(split_folder: SplitFolder, recorded: Path = RECORDED) -> bool:
    """Return whether the split is the one that was recorded under its name; False if none was.

    Raises:
        DataError: Another split was recorded under this name.
    """
    known = json.loads(recorded.read_text(encoding="utf-8")).get(split_folder.name)
    if known not in (None, split_folder.digest):
        raise DataError(
            f"the split {split_folder.name!r} has the SHA-256 {split_folder.digest}, but "
            f"{recorded.name} has {known}: these are other data, or they are read or split "
            "otherwise than then; give the data of record, or record the split anew if the change "
            "is meant"
        )
    return known is not None


def record(split_folder: SplitFolder, recorded: Path = RECORDED) -> None:
    """Keep the hash of this split under its name."""
    known = json.loads(recorded.read_text(encoding="utf-8"))
    known[split_folder.name] = split_folder.digest
    recorded.write_text(json.dumps(known, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def main() -> None:
    """Write the folder, print the hash and compare it with the recorded one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data")
    parser.add_argument("out", type=Path)
    parser.add_argument("--shuffle-ties", type=int, metavar="SEED")
    parser.add_argument("--keep", type=float, default=1.0, help="of each user's training events; 1")
    parser.add_argument("--record", action="store_true", help="keep the hash")
    options = parser.parse_args()
    made = split_of(
        dataset_of(options.data, options.shuffle_ties),
        name_of(options.data, options.shuffle_ties, options.keep),
        options.keep,
    )
    write_split(options.out, made)
    if options.record:
        record(made)
    is_known = check_recorded(made)
    print(f"{made.name}: {made.digest}{'' if is_known else ', not recorded'}")


if __name__ == "__main__":
    main()
