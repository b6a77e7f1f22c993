import numpy as np
import pytest

from lorewise.errors import MissingExtraError, SettingsError
from lorewise.models import lambdarank
from lorewise.models.lambdarank import LambdaRanker, LambdaRankSettings
from lorewise.testing.planted_lists import planted_lists, share_found

SMALL = LambdaRankSettings(max_trees=20, learning_rate=0.3, least_rows=20)
NEW = planted_lists(seed=1)


@pytest.fixture(scope="module")
def ranker() -> LambdaRanker:
    return LambdaRanker.fit(planted_lists(), SMALL)


def test_the_trees_find_the_rule_behind_the_lists(ranker: LambdaRanker) -> None:
    assert share_found(ranker.scores(NEW.evidence), NEW) > 0.7


def test_what_is_saved_scores_the_same(ranker: LambdaRanker) -> None:
    arrays = ranker.to_arrays()
    assert arrays["text"].dtype == np.uint8
    again = LambdaRanker.from_arrays(arrays)
    np.testing.assert_array_equal(again.scores(NEW.evidence), ranker.scores(NEW.evidence))


def test_the_same_seed_grows_the_same_trees(ranker: LambdaRanker) -> None:
    again = LambdaRanker.fit(planted_lists(), SMALL)
    np.testing.assert_array_equal(again.text, ranker.text)


def test_a_list_alone_is_scored_alike(ranker: LambdaRanker) -> None:
    alone = ranker.scores(NEW.part(5, 6).evidence)
    np.testing.assert_array_equal(alone[0], ranker.scores(NEW.evidence)[5])


def test_no_lists_have_no_scores(ranker: LambdaRanker) -> None:
    assert ranker.scores(NEW.part(0, 0).evidence).shape == (0, 12)


def test_without_the_package_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lambdarank, "find_spec", lambda _: None)
    with pytest.raises(MissingExtraError, match=r"lorewise\[trees\]"):
        LambdaRanker.fit(planted_lists(), SMALL)


def test_a_tree_needs_two_leaves() -> None:
    with pytest.raises(SettingsError, match="n_leaves is 1"):
        LambdaRankSettings(n_leaves=1)
