from math import inf, nan
from typing import Any, get_args

import pytest

from lorewise.errors import SettingsError
from lorewise.models.factorization_settings import FactorizationSettings, Loss

OUT_OF_RANGE: list[tuple[str, list[Any]]] = [
    ("loss", ["wrap", 1]),
    ("schedule", ["adam"]),
    *((name, [0, -1, 1.5, True]) for name in ("n_components", "max_sampled", "kos_place")),
    ("kos_choices", [0, 2.5]),
    *((name, [-1, 0.5]) for name in ("n_epochs", "seed")),
    *(
        (name, [0, -1, nan, "1"])
        for name in ("learning_rate", "fold_in_ridge", "history_tau", "dislike_weight")
    ),
    *((name, [-0.1, nan]) for name in ("user_pull", "item_pull")),
]


@pytest.mark.parametrize(("name", "values"), OUT_OF_RANGE)
def test_a_value_out_of_range_is_refused_by_name(name: str, values: list[Any]) -> None:
    for value in values:
        with pytest.raises(SettingsError, match=rf"FactorizationSettings\.{name} is "):
            FactorizationSettings(**{name: value})


def test_a_place_beyond_the_choices_is_refused() -> None:
    with pytest.raises(SettingsError, match="kos_place is 4, beyond the 3 choices"):
        FactorizationSettings(kos_choices=3, kos_place=4)


def test_the_ends_of_the_ranges_are_allowed() -> None:
    FactorizationSettings(
        n_components=1, n_epochs=0, max_sampled=1, kos_choices=1, kos_place=1, seed=0,
        user_pull=0, item_pull=0, history_tau=inf,
    )  # fmt: skip


def test_two_losses_judge_each_event_by_itself() -> None:
    pointwise = [FactorizationSettings(loss=loss).is_pointwise for loss in get_args(Loss)]
    assert pointwise == [False, False, False, True, True]
