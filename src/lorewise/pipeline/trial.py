"""One algorithm fitted and measured on one split, beside others that are treated alike."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, Self

import numpy as np
from scipy.sparse import csr_array

from lorewise.data.columns import column_roles, filled, split_tags
from lorewise.data.dataset import Dataset
from lorewise.data.primitives import Embeddings, ItemNumbers, UserNumbers
from lorewise.data.queries import Queries
from lorewise.data.splitting.partition import Split
from lorewise.encoders.vector_cache import default_cache
from lorewise.evaluation.calibration import tag_shares
from lorewise.evaluation.evaluator import Evaluator
from lorewise.evaluation.outcome import Outcome
from lorewise.evaluation.report import Costs, Row
from lorewise.evaluation.targets import Targets
from lorewise.evaluation.training_counts import TrainingCounts
from lorewise.pipeline.catalog_blocks import encode_catalog
from lorewise.pipeline.cost_meter import CostMeter, peak_rss_mb
from lorewise.pipeline.knowledge_space import KnowledgeSpace
from lorewise.pipeline.scoring import batches, scored_candidates
from lorewise.pipeline.user_profiles import UserProfiles
from lorewise.ranking.top_n import TopNRanker
from lorewise.stages import CatalogScorer

Progress = Callable[[str, float], None]
"""Told what is done now and which share of all is done, from 0 to 1."""

FIT_SHARE = 0.8
"""Of a trial's progress; the rest is scoring."""

MOST_TAGS = 500
"""A column with more different tags says too little about proportions."""


class FittedModel(Protocol):
    """What a fit gives, as far as a trial looks at it."""

    @property
    def scorer(self) -> CatalogScorer:
        """Scores the dataset's whole catalog."""
        ...

    @property
    def summary(self) -> Any:  # noqa: ANN401  JSON values
        """What was chosen; JSON values."""
        ...


class Fit(Protocol):
    """Makes a model out of the training data; ``algorithm`` None is the default fusion."""

    def __call__(
        self,
        dataset: Dataset,
        *,
        algorithm: str | None,
        effort: str,
        seed: int,
        progress: Progress | None,
    ) -> FittedModel:
        """Return the fitted model."""
        ...


@dataclass(frozen=True, kw_only=True)
class Bench:
    """A split made ready: the questions, the answers and the measure are the same for all."""

    evaluator: Evaluator
    queries: Queries
    """Histories of the split's target users."""

    users: UserNumbers
    """These users; one per query."""

    targets: Targets
    """What was held out of them, a row per query."""

    @classmethod
    def of(cls, split: Split, targets: Targets, *, ks: tuple[int, ...]) -> Self:
        """Return the bench of this split; encodes its items for the diversity of lists.

        The vectors hold all that is known of the items, every block with the same weight, so that
        no algorithm is judged by its own idea of likeness.
        """
        train = split.train
        vectors = _item_vectors(train)
        return cls(
            evaluator=Evaluator(
                counts=TrainingCounts.of(train),
                catalog=_candidates(split),
                ks=ks,
                item_vectors=vectors if vectors.shape[1] else None,
                tag_shares=_tag_shares(train),
            ),
            queries=split.history.queries(split.target_users),
            users=split.target_users,
            targets=targets,
        )

    def outcome(
        self, scorer: CatalogScorer, progress: Progress, profiles: UserProfiles | None = None
    ) -> tuple[Outcome, float]:
        """Return what comes of the scorer's recommendations for all queries.

        ``profiles`` are what the queries say in words. Beside the outcome the processor seconds of
        scoring and ranking; those of measuring are left out.
        """
        parts, ranker, cpu_s = [], TopNRanker(), 0.0
        evaluator = self.evaluator
        for start, stop in batches(self.queries, evaluator.counts.n_items):
            queries = self.queries.part(start, stop)
            meter = CostMeter()
            if profiles is not None:
                queries = profiles.joined(queries, self.users[start:stop])
            scored = scored_candidates(scorer, queries, evaluator.catalog)
            lists = ranker.rank(queries, scored, k=max(evaluator.ks))
            cpu_s += meter.cpu_s
            targets = self.targets.part(start, stop)
            parts.append(evaluator.outcome(lists, targets, queries, scored))
            progress("scoring", stop / len(self.queries))
        return Outcome.joined(parts), cpu_s


@dataclass(frozen=True, kw_only=True)
class Trial:
    """An algorithm, what it learns from, and the bench it is measured on."""

    name: str
    """Of the row, unique in the report."""

    algorithm: str | None
    """A name of ``lorewise.models.registry``, or None for the default fusion."""

    train: Dataset
    """What it learns from; items and users as on the bench."""

    bench: Bench

    own_fit: Fit | None = None
    """What makes this trial's model, if not what makes all others'."""

    def run(self, fit: Fit, *, effort: str, seed: int, progress: Progress) -> "Trialed":
        """Fit, score, measure; the model is let go afterwards."""
        fitting = CostMeter()
        model = (self.own_fit or fit)(
            self.train,
            algorithm=self.algorithm,
            effort=effort,
            seed=seed,
            progress=part_of(progress, 0.0, FIT_SHARE, self.name),
        )
        fit_cpu_s = fitting.cpu_s
        outcome, recommend_cpu_s = self.bench.outcome(
            model.scorer,
            part_of(progress, FIT_SHARE, 1.0, self.name),
            UserProfiles.of(self.train, model),
        )
        costs = Costs(
            fit_cpu_s=fit_cpu_s,
            recommend_cpu_s=recommend_cpu_s,
            peak_rss_mb=peak_rss_mb(),
        )
        rng = np.random.default_rng(seed)
        row = self.bench.evaluator.row(self.name, outcome, rng, costs=costs)
        return Trialed(row=row, outcome=outcome, summary=model.summary)


@dataclass(frozen=True, kw_only=True)
class Trialed:
    """What came of a trial."""

    row: Row
    outcome: Outcome
    summary: Any
    """What the fit chose; JSON values."""


def part_of(progress: Progress, start: float, stop: float, name: str = "") -> Progress:
    """Return a progress whose 0 to 1 is ``start`` to ``stop`` of the given one.

    >>> seen = []
    >>> part_of(lambda doing, share: seen.append((doing, share)), 0.5, 1.0, "rules")("fit", 0.5)
    >>> seen
    [('rules: fit', 0.75)]
    """
    prefix = f"{name}: " if name else ""
    return lambda doing, share: progress(f"{prefix}{doing}", start + (stop - start) * share)


def _candidates(split: Split) -> ItemNumbers:
    everything = np.arange(split.train.n_items, dtype=np.int32)
    return everything if split.candidates is None else split.candidates


def _item_vectors(train: Dataset) -> Embeddings:
    features = encode_catalog(train, cache=default_cache()).features
    return KnowledgeSpace.of(features, train.n_items).vectors({})


def _tag_shares(train: Dataset) -> csr_array | None:
    """Return the shares of the first column of lists of tags that people gave, if there is one."""
    table = train.item_table
    for name, role in column_roles(table).items():
        if role.kind == "tags" and role.separator and name not in train.lore_columns:
            shares = tag_shares(split_tags(filled(table[name]), role.separator))
            if 1 < shares.shape[1] <= MOST_TAGS:
                return shares
    return None
