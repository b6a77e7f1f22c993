import numpy as np

from lorewise.models.neural_whitening import WhitenedVectors, described_features


def vectors() -> np.ndarray:
    rng = np.random.default_rng(0)
    return (rng.standard_normal((400, 4)) * [10, 3, 1, 0] + 5).astype(np.float32)


def test_all_directions_are_alike_in_size_afterwards() -> None:
    features = WhitenedVectors.fit(vectors(), 0.5, 4).apply(vectors())
    assert features.shape == (400, 3), "what does not vary is left out"
    covariance = np.cov(features.T)
    np.testing.assert_allclose(covariance, np.eye(3), atol=0.15)
    np.testing.assert_allclose((features**2).mean(axis=1), 1, rtol=1e-5)


def test_without_whitening_the_strongest_axes_stay_the_strongest() -> None:
    features = WhitenedVectors.fit(vectors(), 0, 2).apply(vectors())
    assert features.shape == (400, 2)
    assert features[:, 0].std() > 1.5 * features[:, 1].std()


def test_a_single_vector_has_no_direction() -> None:
    assert WhitenedVectors.fit(vectors()[:1], 0.5, 4).apply(vectors()).shape == (400, 0)


def test_what_has_no_vector_has_no_features() -> None:
    some = vectors()
    some[7] = 0
    features = described_features(some, np.arange(10, dtype=np.int32), 0.5, 2)
    assert features.shape == (400, 2)
    assert not features[7].any()
    expected = WhitenedVectors.fit(np.delete(some[:10], 7, axis=0), 0.5, 2).apply(some[:1])
    np.testing.assert_allclose(features[:1], expected, rtol=1e-5)


def test_nothing_is_learned_from_items_without_vectors() -> None:
    some = vectors()
    some[:10] = 0
    assert described_features(some, np.arange(10, dtype=np.int32), 0.5, 2).shape == (400, 0)
