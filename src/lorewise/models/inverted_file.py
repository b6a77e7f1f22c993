"""Approximate nearest items by inner product, for catalogs too large to compare every pair."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from scipy import sparse
from threadpoolctl import threadpool_limits

from lorewise.data.item_features import unit_rows
from lorewise.data.primitives import Embeddings, ItemNumbers, Offsets, Scores

ITEMS_PER_CLUSTER = 96
"""Small clusters and many probes: at the same work, 256 found a tenth less of whitened texts;
fewer than 96 find little more, and the search for centers grows with their number."""

SAMPLE_PER_CLUSTER = 8
"""Items that the centers are learned from."""

N_ROUNDS = 3
"""Of k-means; more change little."""

N_COPIES = 6
"""Clusters that list an item: one that lies between several is found from each of them."""

LONGEST = 2 * N_COPIES * ITEMS_PER_CLUSTER
"""Members of a cluster; a larger one is split by chance, for copies of one item lie together."""

N_PROBES = 16
"""Clusters searched when all items ask: most of what this misses, their neighbors tell."""

N_PROBES_ALONE = 40
"""Clusters searched for single items."""

N_ASKED = 25
"""Neighbors that are asked for their neighbors, and neighbors that each of them names."""

ROUNDS_OF_ASKING = 2
"""Each finds some third of what is still missing."""

QUERIES_PER_BLOCK = 16_384
"""Vectors that one thread compares at a time."""

ROWS_PER_PRODUCT = 4_096
"""Vectors compared in one matrix product."""


@dataclass(frozen=True)
class InvertedFile:
    """Clusters of similar items; only the clusters nearest to a vector are compared with it.

    Finds at least 95 % of the true 50 nearest of 100,000 whitened text vectors, which are hard
    (some 80 % of vectors of pure noise, which have no clusters at all), in time that grows little
    faster than the number of items. An item without a vector (zeros) has no neighbors and is
    nobody's.

    Source: the inverted file of Jégou, Douze and Schmid, TPAMI 2011, uncompressed; several
    clusters an item as in Babenko and Lempitsky's multi-index, CVPR 2012, here by nearness; asking
    neighbors as in Dong, Moses and Li, WWW 2011.
    """

    vectors: Embeddings
    """Shape ``(n_items, dim)``; lengths may differ and count."""

    centers: Embeddings
    """Unit rows, repeated where a cluster was split; shape ``(n_clusters, dim)``."""

    offsets: Offsets
    """Cluster c lists ``members[offsets[c]:offsets[c + 1]]``; shape ``(n_clusters + 1,)``."""

    members: ItemNumbers
    """Items, each in up to ``N_COPIES`` clusters."""

    @classmethod
    def fit(cls, vectors: Embeddings, *, rng: np.random.Generator) -> Self:
        """Cluster the items by direction; the same ``rng`` gives the same clusters."""
        real = np.flatnonzero(vectors.any(axis=1)).astype(np.int32)
        n_clusters = max(1, len(real) // ITEMS_PER_CLUSTER)
        sample = rng.permutation(real)[: SAMPLE_PER_CLUSTER * n_clusters]
        centers = _centers(unit_rows(vectors[sample]), n_clusters)
        chosen = _nearest_centers(vectors[real], centers, N_COPIES)
        copies = rng.permutation(np.flatnonzero(chosen.ravel() >= 0))
        kept, labels = _split(chosen.ravel()[copies])
        order = np.argsort(labels, kind="stable")
        counts = np.bincount(labels, minlength=len(kept))
        offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        return cls(vectors, centers[kept], offsets, real[copies[order] // chosen.shape[1]])

    def nearest(self, wanted: ItemNumbers, k: int) -> ItemNumbers:
        """Return each wanted item's ``k`` neighbors, best first; itself left out.

        -1 fills up where fewer were found. Shape ``(n_wanted, k)``. Asking for most items at
        once is cheaper and finds more than asking for them one by one.
        """
        if k == 0 or 2 * len(wanted) < len(self.vectors):
            return self._search(self.vectors[wanted], wanted.astype(np.int32), k, N_PROBES_ALONE)[0]
        return self._all(k)[wanted]

    def search(self, vectors: Embeddings, k: int) -> ItemNumbers:
        """Return the ``k`` items nearest to each of these vectors; see ``nearest``."""
        nobody = np.full(len(vectors), -1, dtype=np.int32)
        return self._search(vectors, nobody, k, N_PROBES_ALONE)[0]

    def _all(self, k: int) -> ItemNumbers:
        """Return every item's neighbors; items that have the same clusters help each other."""
        import numba

        from lorewise.models.inverted_file_kernels import ask_neighbors

        everything = np.arange(len(self.vectors), dtype=np.int32)
        numbers, values = self._search(self.vectors, everything, k, N_PROBES)
        room = (numba.get_num_threads(), len(everything))
        for _ in range(ROUNDS_OF_ASKING):
            seen = np.full(room, -1, dtype=np.int32)
            numbers, values = ask_neighbors(
                numbers, values, self._home_order, self.vectors, seen, N_ASKED
            )
        return numbers

    @cached_property
    def _home_order(self) -> ItemNumbers:
        """All items in the order of a cluster each, so that those asked lie together in cache."""
        clusters = np.repeat(np.arange(len(self.centers)), np.diff(self.offsets))
        home = np.full(len(self.vectors), -1)
        home[self.members] = clusters
        return np.argsort(home, kind="stable").astype(np.int32)

    def _search(
        self, vectors: Embeddings, skip: ItemNumbers, k: int, n_probes: int
    ) -> tuple[ItemNumbers, Scores]:
        numbers = np.full((len(vectors), k), -1, dtype=np.int32)
        values = np.full((len(vectors), k), -np.inf, dtype=np.float32)

        if k == 0 or len(self.centers) == 0:
            return numbers, values
        probes = _nearest_centers(vectors, self.centers, n_probes)

        def compare(start: int) -> None:
            own = slice(start, start + QUERIES_PER_BLOCK)
            self._compare(vectors[own], skip[own], probes[own], (numbers[own], values[own]))

        _in_threads(compare, range(0, len(vectors), QUERIES_PER_BLOCK))
        return numbers, values

    def _compare(
        self,
        vectors: Embeddings,
        skip: ItemNumbers,
        probes: ItemNumbers,
        best: tuple[ItemNumbers, Scores],
    ) -> None:
        """Merge what the probed clusters hold into the best so far; one product per cluster."""
        from lorewise.models.inverted_file_kernels import keep_best

        asking = np.argsort(probes.ravel(), kind="stable")
        ends = np.cumsum(np.bincount(probes.ravel() + 1, minlength=len(self.centers) + 1))
        for cluster in np.flatnonzero(np.diff(ends)):
            members = self.members[self.offsets[cluster] : self.offsets[cluster + 1]]
            columns = np.ascontiguousarray(self.vectors[members].T)
            for start in range(ends[cluster], ends[cluster + 1], ROWS_PER_PRODUCT):
                stop = min(start + ROWS_PER_PRODUCT, ends[cluster + 1])
                rows = (asking[start:stop] // probes.shape[1]).astype(np.int32)
                keep_best(*best, rows, skip, members, vectors[rows] @ columns)


def _centers(sample: Embeddings, n_clusters: int) -> Embeddings:
    """Return the centers that k-means on directions finds; the first of the sample start it."""
    centers = sample[:n_clusters]
    everything = np.arange(len(sample))
    ones = np.ones(len(sample), dtype=np.float32)
    for _ in range(N_ROUNDS if len(sample) else 0):
        labels = _nearest_centers(sample, centers, 1)[:, 0]
        sums = sparse.csr_array((ones, (labels, everything)), (len(centers), len(sample))) @ sample
        # A center that nobody chose stays where it was.
        centers = unit_rows(np.where(sums.any(axis=1, keepdims=True), sums, centers))
    return centers


def _nearest_centers(vectors: Embeddings, centers: Embeddings, k: int) -> ItemNumbers:
    """Return each vector's ``k`` nearest centers, best first; -1 for all of a row of zeros."""
    from lorewise.models.nearest_kernels import largest_of_rows

    k = min(k, len(centers))
    found = np.empty((len(vectors), k), dtype=np.int32)
    for start in range(0, len(vectors), ROWS_PER_PRODUCT):
        rows = vectors[start : start + ROWS_PER_PRODUCT]
        nobody = np.full(len(rows), -1, dtype=np.int32)
        found[start : start + len(rows)] = largest_of_rows(rows @ centers.T, nobody, k)[0]
    found[~vectors.any(axis=1)] = -1
    return found


def _split(labels: ItemNumbers) -> tuple[ItemNumbers, ItemNumbers]:
    """Cut clusters with more than ``LONGEST`` members; return each part's cluster, and new labels.

    Members go to the parts of their cluster in the order given.
    """
    counts = np.bincount(labels)
    order = np.argsort(labels, kind="stable")
    places = np.arange(len(labels)) - np.repeat(np.cumsum(counts) - counts, counts)
    n_parts = -(-counts // LONGEST)
    firsts = np.cumsum(n_parts) - n_parts
    parts = np.empty(len(labels), dtype=np.int32)
    parts[order] = np.repeat(firsts, counts) + places % np.repeat(n_parts, counts)
    return np.repeat(np.arange(len(counts)), n_parts).astype(np.int32), parts


def _in_threads(work: Callable[[int], None], starts: range) -> None:
    """Do the work from each start, on as many threads as Numba may use.

    The products are small: one thread for each, several at once, took a third of the time that
    all threads for one after the other did.
    """
    import numba

    with (
        threadpool_limits(1, user_api="blas"),
        ThreadPoolExecutor(numba.get_num_threads()) as pool,
    ):
        list(pool.map(work, starts))
