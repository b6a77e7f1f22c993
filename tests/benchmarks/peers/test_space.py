import numpy as np
from peers.space import Between, OneOf, Space, WholeBetween, draw

SPACE: Space = {
    "kind": OneOf(("a", "b")),
    "strength": Between(0.001, 10),
    "share": Between(0, 1, is_even=True),
    "count": WholeBetween(1, 30),
}


def test_every_draw_lies_in_the_space() -> None:
    rng = np.random.default_rng(0)
    drawn = [draw(SPACE, rng) for _ in range(300)]
    assert {settings["kind"] for settings in drawn} == {"a", "b"}
    assert all(0.001 <= settings["strength"] <= 10 for settings in drawn)
    assert all(0 <= settings["share"] <= 1 for settings in drawn)
    assert {1, 30} <= {settings["count"] for settings in drawn} <= set(range(1, 31))


def test_a_number_is_even_in_its_logarithm_unless_it_is_said_to_be_even() -> None:
    rng = np.random.default_rng(0)
    drawn = [draw(SPACE, rng) for _ in range(1_000)]
    # The middle of the logarithms of .001 and 10 is .1; 1,000 draws put the median within a third.
    assert 0.07 < np.median([settings["strength"] for settings in drawn]) < 0.14
    assert 0.45 < np.median([settings["share"] for settings in drawn]) < 0.55
