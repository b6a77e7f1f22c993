from typing import TYPE_CHECKING

import numpy as np

from lorewise.data.splitting import split
from lorewise.models.fusion import FusionScorer, even_weights, item_groups
from lorewise.models.popularity import PopularityScorer, PopularitySettings
from lorewise.models.rules import RulesScorer, RulesSettings
from lorewise.pipeline.pool import Pool
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
