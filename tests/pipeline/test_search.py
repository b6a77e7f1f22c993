from collections.abc import Mapping

from lorewise.pipeline.search import coordinate_search


def test_it_finds_the_top_of_a_hill() -> None:
    grid = {"x": [0, 1, 2, 3, 4], "y": [0, 1, 2]}
    found = coordinate_search(
        {"x": 4, "y": 0}, grid, lambda s: -((s["x"] - 1) ** 2) - (s["y"] - 2) ** 2
    )
    assert found.settings == {"x": 1, "y": 2}
    assert found.quality == 0


def test_a_gain_below_the_bar_changes_nothing() -> None:
    found = coordinate_search(
        {"x": 0}, {"x": [0, 1]}, lambda s: 1 + 0.001 * s["x"], least_gain=0.01
    )
    assert found.settings == {"x": 0}


def test_nothing_is_asked_twice() -> None:
    asked: list[float] = []

    def quality_of(settings: Mapping[str, float]) -> float:
        asked.append(settings["x"])
        return -abs(settings["x"] - 2)

    found = coordinate_search({"x": 0}, {"x": [0, 1, 2, 3]}, quality_of, rounds=3)
    assert len(asked) == len(set(asked)) == found.n_trials
