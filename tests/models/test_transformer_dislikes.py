from dataclasses import replace

import numpy as np
import pytest

from lorewise.data.queries import Queries
from lorewise.models.transformer_dislikes import N_NEAR, DislikeForce, StepwiseDislikes

ROWS = np.array([[1, 0], [0.6, 0.8], [0, 0], [-1, 0]], dtype=np.float32)
FORCE = DislikeForce(typical=1, strength=2, tau=np.inf)


def history(weights: list[float]) -> Queries:
    return Queries.of(
        [np.zeros(0, dtype=np.int32), np.array([3, 0], dtype=np.int32)],
        weights=[np.zeros(0, np.float32), np.array(weights, dtype=np.float32)],
    )


def taken(queries: Queries, *, step: float, force: DislikeForce = FORCE) -> list[list[float]]:
    """Return what is taken where the last step moves the state along the first axis."""
    reached = np.array([[0, 0], [0, 0], [5, 1], [5 + step, 1]], dtype=np.float32)
    out = np.zeros((2, 4), dtype=np.float32)
    StepwiseDislikes.fit(ROWS).take_from(out, queries, reached, ROWS, force)
    return (-out).round(4).tolist()


def test_near_items_are_those_alike_in_all_spaces() -> None:
    fitted = StepwiseDislikes.fit(ROWS, ROWS[:, ::-1])
    assert fitted.near.shape == (4, 1 + N_NEAR)
    assert fitted.near[0, :3].tolist() == [0, 1, -1]
    assert fitted.similarities[0, :3].tolist() == pytest.approx([1, 0.6, 0])
    assert fitted.near[2, :2].tolist() == [2, -1], "nothing is near what nothing is known of"


def test_a_dislike_takes_back_what_its_step_gave_and_something_more() -> None:
    # item 0: 3 * 1 + 2 * 1; item 1: 3 * .6 + 2 * .6; the others are not near
    assert taken(history([1, -1]), step=3) == [[0, 0, 0, 0], [5, 3, 0, 0]]


def test_what_the_step_took_already_is_not_given_back() -> None:
    assert taken(history([1, -1]), step=-3)[1] == pytest.approx([2, 1.2, 0, 0])


def test_a_like_takes_nothing() -> None:
    assert not np.any(taken(history([1, 1]), step=3))


def test_a_stronger_dislike_takes_more_and_an_older_one_less() -> None:
    assert taken(history([1, -4]), step=0)[1][0] == 4  # 2 * sqrt(4)
    fading = replace(FORCE, tau=2.0)
    # one like since: (0 + 2) * exp(-1 / 2)
    assert taken(history([-1, 1]), step=0, force=fading)[1][3] == pytest.approx(
        (5 * 0 + 2) * np.exp(-0.5), abs=1e-4
    )
