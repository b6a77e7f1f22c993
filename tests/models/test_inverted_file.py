import numpy as np
import pytest
from numpy.typing import NDArray

from lorewise.data.item_features import unit_rows
from lorewise.data.primitives import Embeddings, ItemNumbers
from lorewise.models import inverted_file as module
from lorewise.models.inverted_file import InvertedFile
from lorewise.models.nearest import exact_nearest
from lorewise.models.text_prior import TextPrior


def clustered(n_items: int, *, dim: int = 32, per_cluster: int = 40, seed: int = 3) -> Embeddings:
    """Return whitened vectors of items in clusters, as the linear models search them."""
    rng = np.random.default_rng(seed)
    centers = rng.normal(size=(max(1, n_items // per_cluster), dim))
    noise = 0.7 * rng.normal(size=(n_items, dim))
    around = centers[rng.integers(len(centers), size=n_items)] + noise
    vectors = unit_rows(around.astype(np.float32))
    return TextPrior.fit(vectors, ridge=1).whitened


def fitted(vectors: Embeddings, seed: int = 0) -> InvertedFile:
    return InvertedFile.fit(vectors, rng=np.random.default_rng(seed))


def everything(vectors: Embeddings) -> ItemNumbers:
    return np.arange(len(vectors), dtype=np.int32)


def recall(found: ItemNumbers, true: ItemNumbers) -> float:
    pairs = zip(found, true, strict=True)
    return sum(len(np.intersect1d(own, best)) for own, best in pairs) / true.size


VECTORS = clustered(12_000)


def test_nearly_all_of_the_true_nearest_are_found() -> None:
    some = np.arange(0, 12_000, 7, dtype=np.int32)
    true = exact_nearest(VECTORS, some, 50)
    assert recall(fitted(VECTORS).nearest(everything(VECTORS), 50)[some], true) >= 0.98


def test_neighbors_find_what_too_few_clusters_miss(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "N_PROBES", 2)
    true = exact_nearest(VECTORS, everything(VECTORS), 20)
    asked = recall(fitted(VECTORS).nearest(everything(VECTORS), 20), true)
    monkeypatch.setattr(module, "ROUNDS_OF_ASKING", 0)
    alone = recall(fitted(VECTORS).nearest(everything(VECTORS), 20), true)
    assert alone < 0.96
    assert asked > 0.98


@pytest.mark.slow
@pytest.mark.parametrize("per_cluster", [50, 2_000])
def test_nearly_all_are_found_among_many_however_they_cluster(per_cluster: int) -> None:
    vectors = clustered(40_000, dim=96, per_cluster=per_cluster)
    some = np.arange(0, 40_000, 100, dtype=np.int32)
    true = exact_nearest(vectors, some, 50)
    index = fitted(vectors)
    assert recall(index.nearest(everything(vectors), 50)[some], true) >= 0.95
    assert recall(index.nearest(some, 50), true) >= 0.95


def test_items_asked_alone_find_them_too() -> None:
    some = np.arange(0, 12_000, 60, dtype=np.int32)
    assert recall(fitted(VECTORS).nearest(some, 50), exact_nearest(VECTORS, some, 50)) >= 0.95


def test_vectors_from_outside_find_them_too() -> None:
    index = fitted(VECTORS[:10_000])
    both = np.matmul(VECTORS[10_000:10_200], VECTORS[:10_000].T)
    true = np.argsort(-both, axis=1)[:, :50].astype(np.int32)
    assert recall(index.search(VECTORS[10_000:10_200], 50), true) >= 0.95


def test_only_the_nearest_clusters_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "N_PROBES_ALONE", 1)
    index, item = fitted(VECTORS), np.array([17], dtype=np.int32)
    cluster = int(np.argmax(VECTORS[17] @ index.centers.T))
    members = index.members[index.offsets[cluster] : index.offsets[cluster + 1]]
    found = index.nearest(item, module.LONGEST)[0]
    assert set(found[found >= 0]) == set(members) - {17}


def test_a_catalog_that_every_query_searches_whole_is_answered_exactly() -> None:
    vectors = clustered(900)
    found = fitted(vectors).nearest(everything(vectors), 7)
    np.testing.assert_array_equal(found, exact_nearest(vectors, everything(vectors), 7))


def test_the_best_come_first_and_no_item_names_itself_or_another_twice() -> None:
    for wanted in (everything(VECTORS), np.arange(0, 12_000, 80, dtype=np.int32)):
        found = fitted(VECTORS).nearest(wanted, 20)
        values = np.einsum("id,ikd->ik", VECTORS[wanted], VECTORS[found])
        assert np.all(np.diff(values) <= 1e-7)
        assert not np.any(found == wanted[:, None])
        assert all(len(set(row)) == 20 for row in found.tolist())


def test_the_same_chance_gives_the_same_lists() -> None:
    first, second = (fitted(VECTORS).nearest(everything(VECTORS), 10) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert np.any(fitted(VECTORS, seed=1).centers != fitted(VECTORS).centers)


def test_lengths_count() -> None:
    # One long vector beside the direction beats a short one in it: 0.8 * 0.9 > 1 * 0.5.
    vectors = np.array([[0.9, 0], [0.5, 0], [0.72, 0.54]], dtype=np.float32)
    assert fitted(vectors).nearest(np.array([0], dtype=np.int32), 2).tolist() == [[2, 1]]


def test_short_lists_are_filled_up() -> None:
    vectors = clustered(3)
    assert np.all(fitted(vectors).nearest(everything(vectors), 4)[:, 2:] == -1)


def test_items_without_a_vector_have_no_neighbors_and_are_nobodys() -> None:
    vectors = VECTORS[:3_000].copy()
    vectors[::2] = 0
    found = fitted(vectors).nearest(everything(vectors), 5)
    assert np.all(found[::2] == -1)
    assert np.all(found[1::2] % 2 == 1)


@pytest.mark.parametrize("n_items", [0, 5])
def test_without_any_vector_nothing_is_near(n_items: int) -> None:
    vectors = np.zeros((n_items, 3), dtype=np.float32)
    assert np.all(fitted(vectors).nearest(everything(vectors), 2) == -1)
    assert fitted(vectors).search(np.ones((1, 3), dtype=np.float32), 2).tolist() == [[-1, -1]]


def test_no_places_are_no_error() -> None:
    assert fitted(VECTORS[:100]).nearest(everything(VECTORS[:100]), 0).shape == (100, 0)


def test_many_copies_of_one_item_are_spread_over_several_clusters() -> None:
    vectors = np.tile(VECTORS[:1], (5_000, 1))
    index = fitted(vectors)
    assert np.diff(index.offsets).max() <= module.LONGEST
    found = index.nearest(everything(vectors), 5)
    assert np.all(found >= 0)
    assert not np.any(found == everything(vectors)[:, None])


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = fitted(VECTORS[:2_000]).nearest(everything(VECTORS[:2_000]), 5)
    monkeypatch.setattr(module, "QUERIES_PER_BLOCK", 300)
    monkeypatch.setattr(module, "ROWS_PER_PRODUCT", 7)
    parts = fitted(VECTORS[:2_000]).nearest(everything(VECTORS[:2_000]), 5)
    assert recall(parts, whole) > 0.999  # not 1: products of another shape round otherwise


def listed(index: InvertedFile) -> NDArray[np.int64]:
    return np.bincount(index.members, minlength=len(index.vectors))


def test_every_item_is_listed_in_several_clusters_each_once() -> None:
    index = fitted(VECTORS)
    assert np.all(listed(index) == module.N_COPIES)
    clusters = np.repeat(np.arange(len(index.centers)), np.diff(index.offsets))
    pairs = np.stack([clusters, index.members])
    assert np.unique(pairs, axis=1).shape == pairs.shape
