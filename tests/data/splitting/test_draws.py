from collections.abc import Callable

import numpy as np

from lorewise.data.dataset import Dataset
from lorewise.data.splitting.draws import draw_numbers, draw_rows, lowest_of_each_user
from lorewise.data.vocabulary import Vocabulary

Build = Callable[..., Dataset]


def test_ids_are_drawn_by_permuting_them_in_alphabetical_order() -> None:
    vocabulary = Vocabulary.of("abcdefghij")
    drawn = draw_numbers(vocabulary, np.arange(10, dtype=np.int32), 0.3, np.random.default_rng(5))
    expected = np.random.default_rng(5).permutation(np.array(list("abcdefghij")))[:3]
    assert sorted(vocabulary.array[drawn]) == sorted(expected)
    assert drawn.tolist() == sorted(drawn)


def test_at_least_one_is_drawn() -> None:
    drawn = draw_numbers(
        Vocabulary.of("ab"), np.arange(2, dtype=np.int32), 0.2, np.random.default_rng(0)
    )
    assert len(drawn) == 1


def test_rows_draw_user_by_user_in_the_order_of_their_ids(build: Build) -> None:
    dataset = build([(user, "i", 1) for user in "zyxwvut"])
    by_name = dict(
        zip(
            dataset.users.array[dataset.user_numbers],
            draw_rows(dataset, np.random.default_rng(3)),
            strict=True,
        )
    )
    expected = np.random.default_rng(3).random(7)
    assert by_name == dict(zip("tuvwxyz", expected, strict=True))


def test_the_lowest_draws_are_counted_for_each_user_apart(build: Build) -> None:
    dataset = build([("u", "a", 1), ("u", "b", 2), ("u", "c", 3), ("v", "a", 1), ("v", "b", 2)])
    draws = np.where(dataset.user_numbers == dataset.users.number_of["u"], 0.0, 0.5)
    draws += np.array([0.1 if item == "a" else 0.0 for item in dataset.items.array])[
        dataset.item_numbers
    ]
    n_lowest = np.zeros(2, dtype=np.int64)
    n_lowest[dataset.users.number_of["u"]] = 2
    n_lowest[dataset.users.number_of["v"]] = 1
    chosen = lowest_of_each_user(dataset, draws, n_lowest)
    names = zip(
        dataset.users.array[dataset.user_numbers[chosen]],
        dataset.items.array[dataset.item_numbers[chosen]],
        strict=True,
    )
    assert sorted(names) == [("u", "b"), ("u", "c"), ("v", "b")]
