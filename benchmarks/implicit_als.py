"""Fits the ALS of the package implicit; run by ``als.py`` under a Python that has it.

    PYTHON benchmarks/implicit_als.py EVENTS.npz FACTORS.npz UNOBSERVED_WEIGHT REGULARIZATION N

An event counts ``1 / unobserved_weight + 1`` beside a 1 for what did not happen: the same loss as
that of ``als``, in another unit. The last line printed is the processor seconds of the fit.
"""

import sys
import time

import numpy as np
from implicit.cpu.als import AlternatingLeastSquares
from scipy.sparse import csr_matrix


def main(events: str, factors: str, unobserved: float, pull: float, n_components: int) -> None:
    """Fit and save."""
    told = np.load(events)
    ones = np.ones(len(told["users"]), dtype=np.float32)
    liked = csr_matrix((ones, (told["users"], told["items"])), shape=tuple(told["shape"]))
    model = AlternatingLeastSquares(
        factors=n_components,
        alpha=1 + 1 / unobserved,
        regularization=pull / unobserved,
        num_threads=1,
        random_state=0,
    )
    start = time.process_time()
    model.fit(liked, show_progress=False)
    seconds = time.process_time() - start
    np.savez(factors, users=model.user_factors, items=model.item_factors)
    print(seconds)


if __name__ == "__main__":
    _, events, factors, unobserved, pull, n_components = sys.argv
    main(events, factors, float(unobserved), float(pull), int(n_components))
