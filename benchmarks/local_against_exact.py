"""What the ``local`` solver of ``sequential_linear`` loses against the exact one.

    python benchmarks/local_against_exact.py DATA_DIR

Each user's last item is held out, and the whole catalog ranked. The floor is the exact solution
of the same equations, n^2 coefficients. Bars for Amazon Beauty: NDCG@10 of ``local`` as it comes
at most 1.5 % below, and with 50 coefficients a column at most 3 % below, then with a matrix of at
most 10 MB on disk (its three ``.npy`` files: offsets, columns and values; what the whole scorer
takes, with what reads cold items and dislikes, is printed beside it).
"""

import io
import sys

import numpy as np
from measuring import Bar, conclude, print_machine
from next_item import encoded, ndcg_at_10

from lorewise.data.primitives import Embeddings
from lorewise.data.splitting.last_item import last_item
from lorewise.data.splitting.partition import Split
from lorewise.evaluation.significance import paired_difference
from lorewise.models.linear_settings import SequentialLinearSettings
from lorewise.models.sequential_linear import SequentialLinearScorer
from lorewise.stages import Arrays

FORMS = {
    "exact": SequentialLinearSettings(solver="exact"),
    "local": SequentialLinearSettings(solver="local"),
    "local, 50 kept": SequentialLinearSettings(solver="local", n_coefficients=50),
}


def npy_mb(arrays: Arrays) -> float:
    """Return the size of these arrays as ``.npy`` files, in units of 10^6 bytes."""
    total = 0
    for array in arrays.values():
        with io.BytesIO() as file:
            np.save(file, array)
            total += file.tell()
    return total / 1e6


def judge(split: Split, vectors: Embeddings, settings: SequentialLinearSettings) -> tuple:
    """Return each user's NDCG@10, and the MB of the matrix and of the whole scorer."""
    scorer = SequentialLinearScorer.fit(split.train, vectors, settings)
    held_out = split.held_out
    histories = split.history.queries(held_out.user_numbers)
    gains = ndcg_at_10(scorer, histories, held_out.item_numbers, held_out.n_items)
    return gains, npy_mb(scorer.matrix.to_arrays()), npy_mb(scorer.to_arrays())


def main(folder: str) -> None:
    """Fit all forms and compare."""
    print_machine()
    dataset, vectors = encoded(folder)
    split = last_item(dataset)
    found = {name: judge(split, vectors, settings) for name, settings in FORMS.items()}
    exact = found["exact"][0]
    print(f"\n{'solver':16} {'NDCG@10':>8} {'matrix':>9} {'scorer':>9}   difference, 95 % interval")
    for name, (gains, matrix_mb, scorer_mb) in found.items():
        versus = paired_difference(gains, exact, np.random.default_rng(0))
        interval = "{:+.5f} to {:+.5f}".format(*versus.ci95)
        print(f"{name:16} {gains.mean():8.4f} {matrix_mb:6.1f} MB {scorer_mb:6.1f} MB   {interval}")
    losses = {name: 1 - gains.mean() / exact.mean() for name, (gains, *_) in found.items()}
    conclude(
        Bar("NDCG@10 lost by local", losses["local"], 0.015),
        Bar("NDCG@10 lost with 50 coefficients", losses["local, 50 kept"], 0.03),
        Bar("MB of the matrix with 50 coefficients", found["local, 50 kept"][1], 10),
    )


if __name__ == "__main__":
    if len(sys.argv) != 2:  # noqa: PLR2004  the script and its data
        sys.exit(__doc__)
    main(sys.argv[1])
