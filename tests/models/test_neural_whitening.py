import numpy as np

from lorewise.models.neural_whitening import WhitenedVectors


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
