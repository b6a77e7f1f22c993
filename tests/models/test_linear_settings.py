from math import inf, nan
from typing import Any

import pytest

from lorewise.errors import SettingsError
from lorewise.models.linear_settings import (
    LOCAL_ABOVE,
    LinearSettings,
    SequentialLinearSettings,
    free_bytes,
    ridge_too_small,
)

OUT_OF_RANGE: list[tuple[str, list[Any]]] = [
    ("ridge", [0, -1, nan, inf, "10"]),
    ("text_ridge", [0, -1, nan, inf]),
    ("cold_ridge", [0, -1, nan, inf]),
    ("dislike_strength", [0, -0.1, nan, inf]),
    ("prior", [-1, nan, inf]),
    ("history_tau", [0, -2, nan]),
    ("window", [0, 2.5, True]),
    ("n_coefficients", [0, -1, 1.0]),
    ("n_predecessors", [-1, 1.5]),
    ("n_neighbors", [-1, 1.5]),
    ("solver", ["exac", 1]),
]
OF_SEQUENCES: list[tuple[str, list[Any]]] = [("tau", [0, -1, nan]), ("max_targets", [0, 0.5])]


@pytest.mark.parametrize(("name", "values"), OUT_OF_RANGE)
def test_a_value_out_of_range_is_refused_by_name(name: str, values: list[Any]) -> None:
    for settings_class in (LinearSettings, SequentialLinearSettings):
        for value in values:
            with pytest.raises(SettingsError, match=rf"{settings_class.__name__}\.{name} is "):
                settings_class(**{name: value})


@pytest.mark.parametrize(("name", "values"), OF_SEQUENCES)
def test_so_are_those_of_sequences(name: str, values: list[Any]) -> None:
    for value in values:
        with pytest.raises(SettingsError, match=rf"SequentialLinearSettings\.{name} is "):
            SequentialLinearSettings(**{name: value})


def test_the_message_says_what_is_allowed() -> None:
    with pytest.raises(SettingsError, match="is -1; give a number from 0 to 1000000000"):
        LinearSettings(prior=-1)
    with pytest.raises(SettingsError, match="window is 0; give a whole number, at least 1"):
        LinearSettings(window=0)
    with pytest.raises(SettingsError, match="did you mean 'exact'"):
        LinearSettings(solver="exac")  # type: ignore[arg-type]


def test_the_ends_of_the_ranges_are_allowed() -> None:
    SequentialLinearSettings(
        ridge=1e-6, prior=0, history_tau=inf, tau=inf, window=1, n_predecessors=0, n_neighbors=0,
        n_coefficients=1, max_targets=1,
    )  # fmt: skip


def test_auto_solves_large_catalogs_locally() -> None:
    assert not LinearSettings().is_local(LOCAL_ABOVE)
    assert LinearSettings().is_local(LOCAL_ABOVE + 1)
    assert LinearSettings(solver="local").is_local(1)
    assert not LinearSettings(solver="exact").is_local(10**6)


def test_a_ridge_that_is_too_small_is_told_with_one_that_would_do() -> None:
    message = str(ridge_too_small(0.001, 250_000))
    assert message.startswith("ridge is 0.001, too little beside sums of up to 250000")
    assert message.endswith("set ridge to 25 or more")  # 250,000 / 10,000


def test_auto_takes_the_local_solver_where_memory_would_not_hold_the_exact_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("lorewise.models.linear_settings.free_bytes", lambda: 20 * 1_000**2 - 1)
    assert LinearSettings().is_local(1_000)
    assert not LinearSettings().is_local(999)
    assert not LinearSettings(solver="exact").is_local(1_000)


def test_the_machine_has_free_memory() -> None:
    assert free_bytes() > 0
