from dataclasses import replace

import numpy as np
import pytest

from lorewise.errors import MissingExtraError
from lorewise.models import wide_deep
from lorewise.models.wide_deep import WideDeepRanker
from lorewise.models.wide_deep_inputs import item_rows
from lorewise.models.wide_deep_settings import WideDeepSettings
from lorewise.testing.planted_lists import N_ITEMS, planted_lists, share_found

SMALL = WideDeepSettings(learning_rate=0.02, batch_lists=32, max_epochs=8)
NEW = planted_lists(seed=1)


@pytest.fixture(scope="module")
def ranker() -> WideDeepRanker:
    return WideDeepRanker.fit(planted_lists(), SMALL)


def test_the_net_finds_the_rule_behind_the_lists(ranker: WideDeepRanker) -> None:
    assert share_found(ranker.scores(NEW.evidence), NEW) > 0.7


def test_what_is_saved_scores_the_same(ranker: WideDeepRanker) -> None:
    again = WideDeepRanker.from_arrays(ranker.to_arrays())
    np.testing.assert_array_equal(again.scores(NEW.evidence), ranker.scores(NEW.evidence))


def test_the_same_seed_learns_the_same(ranker: WideDeepRanker) -> None:
    again = WideDeepRanker.fit(planted_lists(), SMALL)
    np.testing.assert_allclose(again.scores(NEW.evidence), ranker.scores(NEW.evidence), atol=1e-4)


def test_a_list_alone_is_scored_alike(ranker: WideDeepRanker) -> None:
    alone = ranker.scores(NEW.part(5, 6).evidence)
    np.testing.assert_allclose(alone[0], ranker.scores(NEW.evidence)[5], atol=1e-5)


def test_an_item_that_no_list_held_has_no_vector_of_its_own(ranker: WideDeepRanker) -> None:
    assert ranker.items.shape[0] == N_ITEMS + 1
    assert ranker.items[:-1].any(axis=1).all()
    assert not ranker.items[-1].any()
    new = replace(NEW.evidence, items=np.full_like(NEW.evidence.items, 10 * N_ITEMS))
    assert not ranker.items[item_rows(new.items, len(ranker.items))].any()
    assert np.isfinite(ranker.scores(new)).all()


def test_training_begins_with_the_order_of_the_fusion() -> None:
    untaught = WideDeepRanker.fit(planted_lists(), replace(SMALL, learning_rate=1e-12))
    first = np.argmax(untaught.scores(NEW.evidence), axis=1)
    assert (first == 0).all()


def test_without_the_package_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wide_deep, "find_spec", lambda _: None)
    with pytest.raises(MissingExtraError, match=r"lorewise\[neural\]"):
        WideDeepRanker.fit(planted_lists(), SMALL)
