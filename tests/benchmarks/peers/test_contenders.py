import numpy as np
import pytest
from peers.contenders import chosen_peers, our_models, peer_models
from peers.space import draw

from lorewise.pipeline.search_space import SPACES


def test_every_peer_can_be_drawn_without_its_package() -> None:
    for _, _, model in peer_models().values():
        assert draw(model.space, np.random.default_rng(0)).keys() == model.space.keys()


def test_a_package_stands_for_all_its_models_and_no_model_comes_twice() -> None:
    assert chosen_peers(["implicit-bpr", "implicit", "ease"]) == [
        "implicit-bpr",
        "implicit-als",
        "implicit-bm25",
        "ease",
    ]


def test_an_unknown_peer_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValueError, match=r"no peer 'eas'; name some of ease, rules"):
        chosen_peers(["eas"])


def test_our_models_are_told_how_hard_to_try_and_whether_to_read_texts() -> None:
    plain, careful = our_models(["linear", "fusion:balanced:ids"], {"data": "here"})
    assert plain.about == {"about": {"data": "here", "effort": "fast", "with_texts": True}}
    assert careful.about == {"about": {"data": "here", "effort": "balanced", "with_texts": False}}
    assert plain.model.space.keys() == SPACES["linear"].keys()
    assert not careful.model.space


def test_what_says_nothing_of_ours_is_refused() -> None:
    with pytest.raises(ValueError, match="'fusion:hard' is not written as"):
        list(our_models(["fusion:hard"], {}))
