from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from lorewise.data.splitting import split
from lorewise.models.fusion import FREQUENT, FusionScorer, even_weights, item_groups
from lorewise.models.popularity import PopularityScorer, PopularitySettings
from lorewise.models.rules import RulesScorer, RulesSettings
from lorewise.pipeline.pool import TAIL_PLACES, Pool
from lorewise.pipeline.validation import Validation
from lorewise.testing.tiny import tiny_world

if TYPE_CHECKING:
    from lorewise.stages import Scorer


def test_a_pool_says_what_the_full_ranking_says() -> None:
    world = tiny_world()
    rng = np.random.default_rng(0)
    validation = Validation.of(split(world.dataset, "last-item"), rng, n_users=100, k=10)
    members: dict[str, Scorer] = {
        "popularity": PopularityScorer.fit(validation.train, world.vectors, PopularitySettings()),
        "rules": RulesScorer.fit(validation.train, world.vectors, RulesSettings()),
    }
    groups = item_groups(validation.train.item_counts)
    weights = even_weights(list(members))
    weights[0] = 0.3
    pool = Pool.of(validation, list(members.values()), groups)
    fusion = FusionScorer(members, weights, groups)
    # Ties count against the target in the full ranking only, so allow a little.
    np.testing.assert_allclose(pool.quality(weights), validation.quality(fusion), atol=0.02)


def test_only_the_queries_asked_for_count() -> None:
    world = tiny_world()
    rng = np.random.default_rng(0)
    validation = Validation.of(split(world.dataset, "last-item"), rng, n_users=100, k=10)
    rules = RulesScorer.fit(validation.train, world.vectors, RulesSettings())
    pool = Pool.of(validation, [rules], item_groups(validation.train.item_counts))
    weights = even_weights(["rules"])
    first = np.arange(len(pool.bins)) == 0
    assert pool.quality(weights, of=first) == pool.per_query(weights)[0]


def test_tail_recall_counts_tail_targets_among_the_first_places() -> None:
    # Places by falling score; the first query has two tail targets, one of them in the first 20,
    # the second query has only a head target and does not count.
    n_places = TAIL_PLACES + 5
    scores = np.tile(np.arange(n_places, 0, -1, dtype=np.float32), (1, 2, 1))
    is_target = np.zeros((2, n_places), dtype=np.bool_)
    is_target[0, [3, TAIL_PLACES + 1]] = True
    is_target[1, 0] = True
    is_tail = np.ones_like(is_target)
    is_tail[:, 0] = False
    pool = Pool(
        scores=scores,
        is_real=np.ones_like(is_target),
        is_target=is_target,
        is_tail=is_tail,
        groups=np.full(is_target.shape, FREQUENT, dtype=np.int8),
        bins=np.array([1, 1]),
        k=10,
    )
    assert pool.tail_recall(even_weights(["only"])) == 0.5
    assert replace(pool, is_tail=~is_tail).tail_recall(even_weights(["only"])) == 1
    nobody = replace(pool, is_target=np.zeros_like(is_target))
    assert nobody.tail_recall(even_weights(["only"])) == 0
