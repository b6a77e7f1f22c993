from dataclasses import replace

import numpy as np

from lorewise.data.queries import Queries
from lorewise.models.spoken_histories import N_SPOKEN_OF, with_spoken_histories

VECTORS = np.array([[1, 0], [0.8, 0.6], [0.6, 0.8], [0, 1], [-1, 0], [-0.8, 0.6]], dtype=np.float32)
WARM = np.array([True, True, True, False, True, True])


def queries(*said: list[float]) -> Queries:
    """One with a history and then one without for each text."""
    histories = [
        np.array([4, 5]) if at == 0 else np.array([], dtype=int) for at in range(len(said))
    ]
    plain = Queries.of(histories)
    return replace(plain, text_vectors=np.array(said, dtype=np.float32))


def test_words_become_the_warm_items_they_are_near_to_the_nearest_last() -> None:
    heard = with_spoken_histories(queries([1, 0], [1, 0], [0, 1]), VECTORS, WARM)

    # To (1, 0): 0, 1, 2 with cosines 1, .8, .6; item 3 is cold, 4 and 5 point away.
    # To (0, 1): 2 with .8, then 1 and 5 with .6; 0 and 4 have nothing in common with it.
    assert heard.lengths.tolist() == [2, 3, 3]
    assert heard.item_numbers[:5].tolist() == [4, 5, 2, 1, 0]
    np.testing.assert_allclose(heard.weights[2:5], [0.36, 0.64, 1], atol=1e-6)
    assert set(heard.item_numbers[5:7]) == {1, 5}
    assert heard.item_numbers[7] == 2
    assert heard.repeatable.tolist() == [False, False, *[True] * 6]
    assert np.isnan(heard.ratings).all()


def test_whoever_has_a_history_or_has_said_nothing_stays_as_they_are() -> None:
    silent = queries([1, 0], [0, 0])
    heard = with_spoken_histories(silent, VECTORS, WARM)
    assert heard.item_numbers.tolist() == [4, 5]
    assert heard.lengths.tolist() == [2, 0]
    wordless = replace(silent, text_vectors=None)
    assert with_spoken_histories(wordless, VECTORS, WARM) is wordless


def test_only_so_many_items_are_taken() -> None:
    many = np.tile(np.array([[1, 0]], dtype=np.float32), (20, 1))
    heard = with_spoken_histories(queries([1, 0], [1, 0]), many, np.ones(20, dtype=np.bool_))
    assert heard.lengths.tolist() == [2, N_SPOKEN_OF]


def test_without_warm_items_words_lead_nowhere() -> None:
    heard = with_spoken_histories(queries([1, 0], [1, 0]), VECTORS, np.zeros(6, dtype=np.bool_))
    assert heard.lengths.tolist() == [2, 0]
