import numpy as np
import pytest

from lorewise.models.factorization_kernels import (
    BPR,
    LOGISTIC,
    SQUARED,
    WARP,
    WARP_KOS,
    Floats,
    Learned,
    Pace,
    Search,
    Seed,
    draw,
    find_outranking,
    has_chosen,
    kth_best_choice,
    learn_ranks,
    learn_targets,
)

# One factor. The user is [1, p, b_u], items are [b, q, 1]: item 0 scores 0 + 2 * .5 = 1,
# item 1 scores .5 + 2 * 1 = 2.5, item 2 scores 0 + 2 * -3 = -6.
USER: list[list[float]] = [[1, 2, 0]]
ITEMS: list[list[float]] = [[0, 0.5, 1], [0.5, 1, 1], [0, -3, 1]]
RATE = 0.1
NOBODY = np.zeros((0, 3), dtype=np.float32)


def rows(values: list[list[float]], squares: float = 1, *, by_adadelta: bool = False) -> Learned:
    array = np.array(values, dtype=np.float32)
    changes = np.zeros_like(array) if by_adadelta else array[:, :0]
    return array, np.full_like(array, squares), changes


def ints(*numbers: int) -> np.ndarray:
    return np.array(numbers, dtype=np.int32)


def floats(*numbers: float) -> Floats:
    return np.array(numbers, dtype=np.float32)


def pace(*, by_adadelta: bool = False, user_pull: float = 0, item_pull: float = 0) -> Pace:
    return by_adadelta, np.float32(RATE), np.float32(user_pull), np.float32(item_pull)


def search(candidates: np.ndarray, *, n_tries: int = 5, n_drawn: int = 9, place: int = 1) -> Search:
    """The user has chosen item 0 alone."""
    return np.array([0, 1]), ints(0), candidates, n_tries, n_drawn, place


def seed() -> Seed:
    return np.array([1], dtype=np.uint64)


def ranked(loss: int, candidates: np.ndarray, weight: float = 1) -> tuple[Floats, Floats]:
    """Return the user and the items after one step for item 0."""
    users, items = rows(USER), rows(ITEMS)
    event = ints(0), ints(0), floats(weight)
    learn_ranks(event, search(candidates), users, items, NOBODY, loss, pace(), seed())
    return users[0][0], items[0]


def pointwise(
    loss: int, target: float, *, weight: float = 1, how: Pace | None = None
) -> tuple[Floats, Floats]:
    users, items = rows(USER), rows(ITEMS)
    event = ints(0), ints(0), floats(weight)
    learn_targets(event, floats(target), users, items, NOBODY, loss, how or pace())
    return users[0][0], items[0]


def test_squared_moves_both_by_what_is_missed() -> None:
    user, items = pointwise(SQUARED, 3)
    # 1 - 3 = -2; user: p + .1 * 2 * .5, b_u + .1 * 2; item: b + .1 * 2, q + .1 * 2 * 2
    assert user.tolist() == pytest.approx([1, 2.1, 0.2])
    assert items[0].tolist() == pytest.approx([0.2, 0.9, 1])
    np.testing.assert_array_equal(items[1:], np.array(ITEMS[1:], dtype=np.float32))


def test_logistic_moves_both_by_what_is_missed_of_the_probability() -> None:
    user, items = pointwise(LOGISTIC, 0, weight=2)
    # 2 * (sigmoid(1) - 0) = 1.462117
    assert user.tolist() == pytest.approx([1, 2 - 0.0731059, -0.1462117])
    assert items[0].tolist() == pytest.approx([-0.1462117, 0.5 - 0.2924234, 1])


def test_bpr_moves_the_chosen_up_and_the_other_down() -> None:
    user, items = ranked(BPR, ints(1), weight=2)
    # 2 * sigmoid(2.5 - 1) = 1.6351490; user: p - .1 * 1.6351490 * (1 - .5); b_u stays
    assert user.tolist() == pytest.approx([1, 2 - 0.0817574, 0])
    assert items[0].tolist() == pytest.approx([0.1635149, 0.5 + 0.3270298, 1])
    assert items[1].tolist() == pytest.approx([0.5 - 0.1635149, 1 - 0.3270298, 1])


@pytest.mark.parametrize("loss", [WARP, WARP_KOS])
def test_warp_steps_by_the_logarithm_of_the_rank(loss: int) -> None:
    user, items = ranked(loss, np.repeat(ints(1), 9), weight=0.5)
    # the first of 9 - 1 others outranks the choice: .5 * ln 8 = 1.0397208
    assert user.tolist() == pytest.approx([1, 2 - 0.0519860, 0])
    assert items[0].tolist() == pytest.approx([0.1039721, 0.5 + 0.2079442, 1])
    assert items[1].tolist() == pytest.approx([0.5 - 0.1039721, 1 - 0.2079442, 1])


def test_more_draws_until_one_outranks_mean_a_better_rank() -> None:
    # half of eight candidates are the choice itself
    candidates = np.repeat(ints(0, 1), 4)
    ranks = {1: 7, 2: 3, 3: 2, 4: 1, 5: 1}  # (8 - 1) // n_tries, whose logarithm is the step
    seen = set()
    for start in range(1, 60):
        own = np.array([start], dtype=np.uint64)
        found, n_tries = find_outranking(
            rows(USER), rows(ITEMS), search(candidates), 0, 0, own.copy()
        )
        users, items, event = rows(USER), rows(ITEMS), (ints(0), ints(0), floats(1))
        learn_ranks(event, search(candidates), users, items, NOBODY, WARP, pace(), own)
        size = np.log(ranks[n_tries]) if found == 1 else 0
        assert items[0][0, 0] == pytest.approx(RATE * size, abs=1e-6)
        seen.add(n_tries)
    assert {1, 2, 3} <= seen


@pytest.mark.parametrize("other", [0, 2])
def test_warp_leaves_alone_what_was_chosen_and_what_is_far_behind(other: int) -> None:
    user, items = ranked(WARP, np.repeat(ints(other), 9))
    assert user.tolist() == USER[0]
    np.testing.assert_array_equal(items, np.array(ITEMS, dtype=np.float32))


def test_an_item_within_the_margin_is_pushed_down_too() -> None:
    close = rows([[0, 0.5, 1], [-0.99, 0.5, 1], [-1.01, 0.5, 1]])
    for other, expected in ((1, 1), (2, -1)):  # scores 1, .01 and -.01
        found, _ = find_outranking(rows(USER), close, search(ints(other)), 0, 0, seed())
        assert found == expected


def reference_draw(state: int, n: int) -> tuple[int, int]:
    """Draw as the kernel does, in numbers of any size."""
    mask = 2**64 - 1
    state ^= state >> 12
    state ^= (state << 25) & mask
    state ^= state >> 27
    return state, ((state * 0x2545F4914F6CDD1D & mask) >> 32) * n >> 32


def test_draws_are_those_of_the_reference() -> None:
    state, own = 12345, np.array([12345], dtype=np.uint64)
    for n in (1, 2, 7, 1_000_000) * 20:
        state, expected = reference_draw(state, n)
        assert draw(own, n) == expected
        assert int(own[0]) == state


def test_draws_are_spread_evenly() -> None:
    own = seed()
    counts = np.bincount([draw(own, 10) for _ in range(20_000)], minlength=10)
    # 2,000 each, give or take five standard deviations of sqrt(20,000 * .1 * .9) = 42
    assert len(counts) == 10
    assert abs(counts - 2_000).max() < 212


def test_the_draws_until_one_outranks_are_counted() -> None:
    for start in range(1, 40):
        state, n_tries = start, 0
        while True:  # of item 0, the choice, and item 1
            state, drawn = reference_draw(state, 2)
            n_tries += 1
            if drawn == 1 or n_tries == 5:
                break
        own = np.array([start], dtype=np.uint64)
        found = find_outranking(rows(USER), rows(ITEMS), search(ints(0, 1)), 0, 0, own)
        assert found == (1 if drawn == 1 else -1, n_tries)


def test_choices_are_found_by_halving() -> None:
    chosen = np.array([0, 0, 3]), ints(2, 5, 9), ints(), 1, 1, 1
    assert [item for item in range(12) if has_chosen(chosen, 1, item)] == [2, 5, 9]
    assert not any(has_chosen(chosen, 0, item) for item in range(12))


@pytest.mark.parametrize(("place", "expected"), [(1, 1), (2, 0), (3, 2), (7, 2)])
def test_k_os_picks_a_choice_by_its_place(place: int, expected: int) -> None:
    # scores 1, 2.5 and -6; beyond the last place stands the last
    choices = np.array([0, 3]), ints(0, 1, 2), ints(), 1, 9, place
    room = np.empty(9, dtype=np.float32)
    assert kth_best_choice(rows(USER), rows(ITEMS), choices, 0, room, seed()) == expected


def test_k_os_compares_no_more_choices_than_it_may() -> None:
    room, own = np.empty(1, dtype=np.float32), seed()
    choices = np.array([0, 3]), ints(0, 1, 2), ints(), 1, 1, 1
    found = {kth_best_choice(rows(USER), rows(ITEMS), choices, 0, room, own) for _ in range(60)}
    assert found == {0, 1, 2}  # one draw is its own best, whatever it scores


def test_a_pull_draws_values_to_zero() -> None:
    user, items = pointwise(SQUARED, 1, how=pace(user_pull=0.5, item_pull=0.25))
    # nothing is missed: p - .1 * .5 * 2, q - .1 * .25 * .5; the ones stay
    assert user.tolist() == pytest.approx([1, 1.9, 0])
    assert items[0].tolist() == pytest.approx([0, 0.4875, 1])


def test_adagrad_steps_less_after_large_gradients() -> None:
    users, items = rows(USER, squares=4), rows(ITEMS)
    event = ints(0), ints(0), floats(1)
    learn_targets(event, floats(3), users, items, NOBODY, SQUARED, pace())
    # gradients -1 and -2, steps of .1 / 2
    assert users[0][0].tolist() == pytest.approx([1, 2.05, 0.1])
    assert users[1][0].tolist() == pytest.approx([4, 4 + 1, 4 + 4])


def test_adadelta_steps_by_the_ratio_of_changes_to_gradients() -> None:
    users, items = (rows(values, 0, by_adadelta=True) for values in (USER, ITEMS))
    event = ints(0), ints(0), floats(1)
    learn_targets(event, floats(3), users, items, NOBODY, SQUARED, pace(by_adadelta=True))
    # gradient -1: mean square .05, change sqrt(1e-6 / .050001) = .0044721, mean square .05 * 2e-5
    assert users[0][0, 1] == pytest.approx(2.0044721)
    assert users[1][0, 1] == pytest.approx(0.05)
    assert users[2][0, 1] == pytest.approx(1e-6, rel=1e-4)


def test_the_items_gradients_are_summed_where_asked_for() -> None:
    gradients = np.zeros((3, 3), dtype=np.float32)
    event = ints(0), ints(0), floats(1)
    learn_targets(event, floats(3), rows(USER), rows(ITEMS), gradients, SQUARED, pace())
    assert gradients.tolist() == [[-2, -4, 0], [0, 0, 0], [0, 0, 0]]
