"""How long and how much memory a fit of ``sequential_linear`` takes, beside one matrix product.

    python benchmarks/local_speed.py DATA_DIR

The floor is one ``n_items`` x ``n_items`` float32 product in the same run: so little work that
any n^3 method needs more. Bars for Amazon Beauty (12,101 items): ``local`` at most .4 products,
the counting of pairs and the text neighbors included (vectors encoded and code compiled before);
``exact`` at most 4 products and at its peak 5 n^2 floats; and NumPy's own product at least 70 % as
fast as PyTorch's where that is installed, so that the floor is one.
"""

import sys
from functools import partial
from importlib.util import find_spec

import numpy as np
from measuring import Bar, conclude, mb_above_start, print_machine, seconds_of, step_alone
from next_item import encoded

from lorewise.data.dataset import Dataset
from lorewise.data.primitives import Embeddings
from lorewise.models.linear_settings import SequentialLinearSettings
from lorewise.models.sequential_linear import SequentialLinearScorer
from lorewise.testing.tiny import tiny_world

LOCAL = SequentialLinearSettings(solver="local")
EXACT = SequentialLinearSettings(solver="exact")


def fit(dataset: Dataset, vectors: Embeddings, settings: SequentialLinearSettings) -> None:
    """Fit and forget."""
    SequentialLinearScorer.fit(dataset, vectors, settings)


def compile_code() -> None:
    """Fit a tiny world by both solvers, so that nothing is left to compile."""
    world = tiny_world()
    for settings in (LOCAL, EXACT):
        fit(world.dataset, world.vectors, settings)


def product_seconds(n: int) -> tuple[float, float]:
    """Return the seconds of one n x n product by NumPy, and by PyTorch (inf without it)."""
    rng = np.random.default_rng(0)
    a, b = (rng.random((n, n), dtype=np.float32) for _ in range(2))
    out = np.empty_like(a)
    numpy_s = seconds_of(lambda: np.matmul(a, b, out=out), repeats=2)
    if find_spec("torch") is None:
        return numpy_s, float("inf")
    import torch

    x, y, z = map(torch.from_numpy, (a, b, out))
    return numpy_s, seconds_of(lambda: torch.matmul(x, y, out=z), repeats=2)


def main(folder: str) -> None:
    """Measure and compare."""
    print_machine()
    dataset, vectors = encoded(folder)
    n = dataset.n_items
    compile_code()
    numpy_s, torch_s = product_seconds(n)
    local_s = seconds_of(lambda: fit(dataset, vectors, LOCAL), repeats=2)
    exact_s = seconds_of(lambda: fit(dataset, vectors, EXACT))
    peak_mb = float(step_alone(folder, "--memory-of-exact"))
    print(f"{n} items, {vectors.shape[1]} dimensions, {dataset.n_interactions} interactions")
    for name, seconds in (("NumPy", numpy_s), ("PyTorch", torch_s)):
        speed = f"{2 * n**3 / seconds / 1e9:.0f} GFLOP/s" if seconds < np.inf else "not installed"
        print(f"product by {name:8} {seconds:6.1f} s, {speed}")
    print(f"fit by local        {local_s:6.1f} s\nfit by exact        {exact_s:6.1f} s")
    share = min(numpy_s, torch_s) / numpy_s
    conclude(
        Bar("NumPy's product, as a share of the fastest's speed", share, 0.7, is_at_most=False),
        Bar("fit by local, in products", local_s / numpy_s, 0.4),
        Bar("fit by exact, in products", exact_s / numpy_s, 4),
        Bar("peak of exact, in n^2 floats", peak_mb * 2**20 / (4 * n**2), 5),
    )


if __name__ == "__main__":
    match sys.argv[1:]:
        case [folder, "--memory-of-exact"]:
            compile_code()
            print(mb_above_start(partial(fit, *encoded(folder), EXACT)))
        case [folder]:
            main(folder)
        case _:
            sys.exit(__doc__)
