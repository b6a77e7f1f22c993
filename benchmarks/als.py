"""What ``als`` finds and costs beside the alternating least squares of the package implicit.

    python benchmarks/als.py DATA_DIR PYTHON

PYTHON is the interpreter of an environment with implicit (0.7.3 here); set OMP_NUM_THREADS,
OPENBLAS_NUM_THREADS and NUMBA_NUM_THREADS to 1. Both have 64 components and the same six pairs of
settings to choose from, by the last event of each user in the training data; then each user's last
item is predicted, the whole catalog ranked. ``plain`` is als without what it has beyond the
reference: no vectors, no recency, and a dislike is an event like others.

The floor of an epoch is its multiply-adds at the speed of one matrix product in the same run. Bars:
NDCG@10 of plain not below that of implicit by the whole 95 % interval of the paired difference,
that of als as it comes above it by the whole interval, and the processor seconds of a plain fit at
most 1.5 times those of implicit's.
"""

import subprocess
import sys
import time
from dataclasses import dataclass, replace
from itertools import product
from math import inf
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

import numpy as np
from measuring import Bar, conclude, print_machine, seconds_of
from next_item import encoded

from lorewise.data.dataset import Dataset
from lorewise.data.primitives import Embeddings, Scores
from lorewise.data.queries import Queries
from lorewise.data.splitting.last_item import last_item
from lorewise.evaluation.significance import paired_difference
from lorewise.models.als import AlsScorer
from lorewise.models.als_settings import AlsSettings
from lorewise.pipeline.validation import Validation
from lorewise.stages import CatalogScorer

CHOICES = tuple(product((0.1, 0.3, 1.0), (1.0, 3.0)))
"""Weight of what did not happen, and regularization."""

PLAIN = AlsSettings(history_tau=inf, dislike_target=1, prior=0)
N_TO_CHOOSE_BY = 2_000
SIDE = 4_096


class Fit(Protocol):
    """A way to fit a model under one choice."""

    def __call__(
        self, train: Dataset, vectors: Embeddings, choice: tuple[float, float]
    ) -> tuple[CatalogScorer, float]:
        """Return the model and its processor seconds."""


@dataclass(frozen=True)
class Als:
    """Fits als."""

    settings: AlsSettings
    with_vectors: bool

    def __call__(
        self, train: Dataset, vectors: Embeddings, choice: tuple[float, float]
    ) -> tuple[CatalogScorer, float]:
        """Return the model and its processor seconds."""
        unobserved, pull = choice
        chosen = replace(self.settings, unobserved_weight=unobserved, regularization=pull)
        known = vectors if self.with_vectors else vectors[:, :0]
        start = time.process_time()
        scorer = AlsScorer.fit(train, known, chosen)
        return scorer, time.process_time() - start


@dataclass(frozen=True)
class Remembered:
    """Scores users of the training, asked for in their order, by their own factors."""

    users: Embeddings
    items: Embeddings
    row_of: dict[bytes, int]
    """From a history to a user with that history."""

    def score_catalog(self, queries: Queries) -> Scores:
        """Return ``(n_queries, n_items)``."""
        parts = np.split(queries.item_numbers, queries.offsets[1:-1])
        rows = [self.row_of[part.tobytes()] for part in parts]
        return np.asarray(self.users[rows] @ self.items.T, dtype=np.float32)


@dataclass(frozen=True)
class Implicit:
    """Fits implicit's model under another Python."""

    python: str

    def __call__(
        self, train: Dataset, vectors: Embeddings, choice: tuple[float, float]
    ) -> tuple[CatalogScorer, float]:
        """Return the model and its processor seconds."""
        del vectors  # it knows of none
        with TemporaryDirectory() as folder:
            events, factors = Path(folder) / "events.npz", Path(folder) / "factors.npz"
            shape = (train.n_users, train.n_items)
            np.savez(events, users=train.user_numbers, items=train.item_numbers, shape=shape)
            script = Path(__file__).with_name("implicit_als.py")
            given = [events, factors, *choice, PLAIN.n_components]
            command = [self.python, str(script), *map(str, given)]
            done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
            found = np.load(factors)
            users, items = found["users"], found["items"]
        queries = train.queries()
        parts = np.split(queries.item_numbers, queries.offsets[1:-1])
        row_of = {part.tobytes(): row for row, part in enumerate(parts)}
        return Remembered(users, items, row_of), float(done.stdout.split()[-1])


def best_choice(fit: Fit, validation: Validation, vectors: Embeddings) -> tuple[float, float]:
    """Return the choice with the highest NDCG@10 on the training data's own last events."""
    quality = {
        choice: validation.quality(fit(validation.train, vectors, choice)[0]) for choice in CHOICES
    }
    return max(quality, key=lambda choice: quality[choice])


def floor_seconds(dataset: Dataset, settings: AlsSettings) -> float:
    """Return the seconds of an epoch's multiply-adds at the speed of a matrix product."""
    d, b = settings.n_components, settings.block_size
    events = 2 * dataset.n_interactions * d * (b / 2 + 3)
    rows = (dataset.n_users + dataset.n_items) * d * (b * b / 6 + d)
    a = np.random.default_rng(0).random((SIDE, SIDE), dtype=np.float32)
    out = np.empty_like(a)
    product_s = seconds_of(lambda: np.matmul(a, a, out=out), repeats=2)
    return (events + rows) / SIDE**3 * product_s


def epoch_seconds(dataset: Dataset, vectors: Embeddings) -> float:
    """Return the processor seconds of one epoch, from fits with one and with five."""
    fits = {n: Als(replace(PLAIN, n_epochs=n), with_vectors=False) for n in (1, 5)}
    seconds = {n: fit(dataset, vectors, CHOICES[0])[1] for n, fit in fits.items()}
    return (seconds[5] - seconds[1]) / 4


def main(folder: str, python: str) -> None:
    """Choose, fit, judge and compare."""
    print_machine()
    dataset, vectors = encoded(folder)
    split = last_item(dataset)
    rng = np.random.default_rng(0)
    validation = Validation.of(last_item(split.train), rng, n_users=N_TO_CHOOSE_BY, k=10)
    test = Validation.of(split, rng, n_users=dataset.n_users, k=10)
    fits: dict[str, Fit] = {
        "implicit": Implicit(python),
        "plain": Als(PLAIN, with_vectors=False),
        "as it comes": Als(AlsSettings(), with_vectors=True),
    }
    epoch_seconds(dataset, vectors)  # compiles
    gains, seconds = {}, {}
    for name, fit in fits.items():
        choice = best_choice(fit, validation, vectors)
        scorer, seconds[name] = fit(split.train, vectors, choice)
        gains[name] = test.per_user(scorer)
        versus = paired_difference(gains[name], gains["implicit"], np.random.default_rng(0))
        low, high = versus.ci95
        print(
            f"{name:14} NDCG@10 {gains[name].mean():.4f} ({low:+.4f} to {high:+.4f}), "
            f"{seconds[name]:6.2f} s of processor, weight and regularization {choice}",
            flush=True,
        )
    epoch_s, floor_s = epoch_seconds(split.train, vectors), floor_seconds(split.train, PLAIN)
    print(f"an epoch {epoch_s:.3f} s, floor {floor_s:.3f} s: {epoch_s / floor_s:.1f} times")
    plain, best = (
        paired_difference(gains[name], gains["implicit"], np.random.default_rng(0)).ci95
        for name in ("plain", "as it comes")
    )
    conclude(
        Bar("plain's NDCG@10 above implicit's, upper end", plain[1], 0, is_at_most=False),
        Bar("als's NDCG@10 above implicit's, lower end", best[0], 0, is_at_most=False),
        Bar("plain fit, in fits of implicit", seconds["plain"] / seconds["implicit"], 1.5),
    )


if __name__ == "__main__":
    if len(sys.argv) != 3:  # noqa: PLR2004  the script, its data and the other Python
        sys.exit(__doc__)
    main(*sys.argv[1:])
