"""Boosted trees that learn from lists which candidate should come first."""

from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from lorewise.data.primitives import Scores
from lorewise.errors import MissingExtraError
from lorewise.models.candidate_lists import CandidateLists
from lorewise.models.evidence import Evidence, directions
from lorewise.models.ranges import check_above, check_count
from lorewise.stages import Arrays

N_THREADS = 2
MANY_ROWS = 100_000
"""Fewer are read by one thread: two would wait for each other."""


@dataclass(frozen=True, kw_only=True)
class LambdaRankSettings:
    """Settings of the boosted trees."""

    learning_rate: float = 0.05
    """What a tree adds of what it found; above 0."""

    n_leaves: int = 15
    """Of a tree; at least 2."""

    least_rows: int = 200
    """Candidates in a leaf; at least 1."""

    max_trees: int = 400
    """At least 1."""

    patience: int = 40
    """Trees without a better list of lists held out after which training ends; at least 1."""

    cutoff: int = 10
    """Places whose order counts; at least 1. Pairs are formed with twice as many."""

    seed: int = 0
    """At least 0."""

    def __post_init__(self) -> None:
        check_above(self, "learning_rate", 0)
        check_count(self, "n_leaves", 2)
        for name in ("least_rows", "max_trees", "patience", "cutoff"):
            check_count(self, name, 1)
        check_count(self, "seed", 0)


@dataclass(frozen=True)
class LambdaRanker:
    """Sum of trees over the evidence.

    A larger score of a member, a better rank or a greater likeness never lowers a candidate: there
    are few lists to learn from.

    Source: Burges, From RankNet to LambdaRank to LambdaMART, 2010; LightGBM (Ke et al., NeurIPS
    2017).
    """

    settings_class: ClassVar[type[LambdaRankSettings]] = LambdaRankSettings

    text: NDArray[np.uint8]
    """The trees as LightGBM writes them, UTF-8."""

    @classmethod
    def fit(cls, lists: CandidateLists, settings: LambdaRankSettings) -> Self:
        """Grow trees until lists that were kept out of it get no better.

        Raises:
            MissingExtraError: LightGBM is not installed.
        """
        lightgbm = _lightgbm()
        learned_from, asked = lists.parted()
        rows = _dataset(lightgbm, learned_from)
        booster = lightgbm.train(
            _parameters(settings, lists.evidence),
            rows,
            settings.max_trees,
            valid_sets=[_dataset(lightgbm, asked, reference=rows)],
            callbacks=[lightgbm.early_stopping(settings.patience, verbose=False)],
        )
        text = booster.model_to_string(num_iteration=booster.best_iteration)
        return cls(np.frombuffer(text.encode(), dtype=np.uint8))

    def scores(self, evidence: Evidence) -> Scores:
        """Return one score per place; larger is better.

        Raises:
            MissingExtraError: LightGBM is not installed.
        """
        n_queries, n_places, n_columns = evidence.rows.shape
        if evidence.items.size == 0:
            return np.zeros((n_queries, n_places), dtype=np.float32)
        rows = evidence.rows.reshape(-1, n_columns)
        scores = self._booster.predict(rows, raw_score=True, num_threads=_n_threads(len(rows)))
        return np.asarray(scores, dtype=np.float32).reshape(n_queries, n_places)

    @cached_property
    def _booster(self) -> Any:  # noqa: ANN401  LightGBM has no types
        return _lightgbm().Booster(model_str=self.text.tobytes().decode())

    def to_arrays(self) -> Arrays:
        """Return the trees."""
        return {"text": self.text}

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Self:
        """Return the trees that were saved."""
        return cls(arrays["text"])


def _lightgbm() -> Any:  # noqa: ANN401  a module
    """Return LightGBM.

    Raises:
        MissingExtraError: It is not installed.
    """
    if find_spec("lightgbm") is None:
        raise MissingExtraError(
            "the ranker 'lambdarank' needs the package 'lightgbm', which is not installed; "
            "run: pip install 'lorewise[trees]'"
        )
    import lightgbm

    return lightgbm


def _n_threads(n_rows: int) -> int:
    return N_THREADS if n_rows >= MANY_ROWS else 1


def _parameters(settings: LambdaRankSettings, evidence: Evidence) -> dict[str, Any]:
    return {
        "objective": "lambdarank",
        "metric": "ndcg",
        "eval_at": [settings.cutoff],
        "lambdarank_truncation_level": 2 * settings.cutoff,
        "learning_rate": settings.learning_rate,
        "num_leaves": settings.n_leaves,
        "min_data_in_leaf": settings.least_rows,
        "seed": settings.seed,
        "monotone_constraints": directions(evidence.rows.shape[2]),
        "num_threads": _n_threads(evidence.items.size),
        "deterministic": True,
        "force_row_wise": True,
        "verbose": -1,
    }


def _dataset(lightgbm: Any, lists: CandidateLists, **more: Any) -> Any:  # noqa: ANN401
    is_real = lists.evidence.is_real
    return lightgbm.Dataset(
        lists.evidence.rows[is_real],
        lists.is_target[is_real].astype(np.int32),
        group=is_real.sum(axis=1),
        **more,
    )
