"""The recommender: the stages joined, speaking the caller's ids."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
import polars as pl

from lorewise.data.dataset import Dataset
from lorewise.data.item_list import RankedLists, ScoredItems
from lorewise.data.primitives import Embeddings, ItemNumbers, UserNumbers
from lorewise.data.queries import Queries
from lorewise.data.vocabulary import Vocabulary
from lorewise.encoders.blocks import Dense, FittedBlocks
from lorewise.errors import UnknownItemError, UnknownUserError
from lorewise.models.fusion import FusionScorer
from lorewise.models.learned_fusion import LearnedFusionScorer
from lorewise.models.registry import model_class
from lorewise.models.similar_items import similar_items
from lorewise.pipeline.choice import ALL_MEMBERS, Progress
from lorewise.pipeline.fit import FittedScorer, fit_scorer, nets_for, refit_scorer
from lorewise.pipeline.hearing import wish_weights
from lorewise.pipeline.held_out import HoldOut
from lorewise.pipeline.knowledge_space import KnowledgeSpace
from lorewise.pipeline.scoring import batches, scored_candidates
from lorewise.pipeline.tuned_settings import SettingsByAlgorithm
from lorewise.pipeline.user_profiles import UserProfiles, profile_texts
from lorewise.ranking.top_n import TopNRanker
from lorewise.stages import Arrays, CatalogScorer, Ranker, Scorer
from lorewise.storage.artifact import Parts, load_artifact, save_artifact

PROFILE = "profile"
"""Column of a saved model's users with their profiles; there only if anybody has one."""


@dataclass(frozen=True)
class FitPlan:
    """What a fit will take, roughly."""

    seconds: float
    memory_mb: float
    text: str


@dataclass(frozen=True, kw_only=True)
class Recommender:
    """Answers who would like what; every part is ready before it is built."""

    users: Vocabulary
    items: Vocabulary
    titles: pl.DataFrame
    """Columns ``item_id`` and ``title``, in the order of ``items``."""
    histories: Queries
    """What each known user has met, in the order of ``users``."""
    scorer: CatalogScorer
    blocks: FittedBlocks
    summary: dict[str, Any]
    """Counts, chosen settings and validation figures; JSON values."""
    profiles: tuple[str, ...] = ()
    """What a language model wrote about each user, in the order of ``users``; empty for those
    without a profile; no texts at all where nobody has one."""
    ranker: Ranker = field(default_factory=TopNRanker)

    @classmethod
    def fit(  # noqa: PLR0913  one argument per choice of a caller
        cls,
        dataset: Dataset,
        *,
        algorithm: str | None = None,
        effort: str = "fast",
        seed: int = 42,
        progress: Progress | None = None,
        dense: Dense = "auto",
        tuned: SettingsByAlgorithm | None = None,
        hold_out: HoldOut = "last-item",
    ) -> Self:
        """Learn from a dataset; see ``fit_scorer`` for the arguments."""
        fitted = fit_scorer(
            dataset,
            algorithm=algorithm,
            effort=effort,
            seed=seed,
            progress=progress,
            dense=dense,
            tuned=tuned,
            hold_out=hold_out,
        )
        return cls._of(dataset, fitted)

    def refit(
        self, dataset: Dataset, *, progress: Progress | None = None, dense: Dense = "auto"
    ) -> Self:
        """Learn from other data as this one did, choosing nothing anew; see ``refit_scorer``.

        So newer data of the same kind cost a fraction of the first fit.
        """
        fitted = refit_scorer(dataset, self.scorer, self.summary, progress=progress, dense=dense)
        return self._of(dataset, fitted)

    @classmethod
    def _of(cls, dataset: Dataset, fitted: FittedScorer) -> Self:
        return cls(
            users=dataset.users,
            items=dataset.items,
            titles=_titles(dataset),
            histories=dataset.queries(),
            scorer=fitted.scorer,
            blocks=fitted.blocks,
            summary=dict(fitted.summary) | {"block_weights": dict(fitted.block_weights)},
            profiles=_profiles(dataset),
        )

    @classmethod
    def plan(cls, dataset: Dataset, *, effort: str = "fast") -> FitPlan:
        """Return what a fit of this dataset is likely to take on two cores."""
        n, m = dataset.n_items, dataset.n_interactions
        dense = n <= 5_000  # noqa: PLR2004  where the exact solver ends
        seconds = 20 + (30 * (n / 3_700) ** 3 if dense else 120 * n / 12_000) + m / 20_000
        nets = nets_for(dataset, effort, seed=0)
        if nets is not None:
            each = 30e-6 + 4e-9 * min(n, 20_000)  # seconds of both nets, per event and epoch
            seconds += 2 * nets.max_epochs * m * each  # to choose by, and on everything
        memory_mb = 300 + n * 12_000 / 1e6 + (16 * n * n / 1e6 if dense else 0) + m * 200 / 1e6
        text = f"effort {effort}: about {seconds:.0f} s and {memory_mb:.0f} MB"
        return FitPlan(round(seconds, 1), round(memory_mb, 1), text)

    def recommend(
        self,
        users: Sequence[str] | None = None,
        *,
        history: Sequence[str] | None = None,
        text: str | None = None,
        k: int = 10,
        candidates: Sequence[str] | None = None,
        include_seen: bool = False,
    ) -> pl.DataFrame:
        """Return lists as rows of ``user_id, item_id, score, rank``.

        For known ``users`` (all by default), or for anyone by ``history`` (item ids, oldest
        first), by ``text``, or by both; ``user_id`` is then null. A text alone is a wish: what it
        is about comes first. A user's profile tells of a taste: what people of that taste like
        comes first; it speaks alone where there are no events, else the less the more there are.

        Raises:
            UnknownUserError: A user is not in the data.
            UnknownItemError: An item is not in the catalog.
        """
        asked: Iterable[Queries]
        if history is not None or text is not None:
            asked, ids = [self._someone(history or [], text)], None
        else:
            ids = list(self.users.ids if users is None else users)
            asked = self._known(self._user_numbers(ids))
        wanted = self._candidates(candidates)
        scorer = self.scorer if text is None or history else self._wish_scorer
        parts = []
        for part in asked:
            scored = scored_candidates(scorer, part, wanted, include_seen=include_seen)
            parts.append(self.ranker.rank(part, scored, k=k))
        return self._frame(parts, ids)

    def similar_items(self, item_id: str, k: int = 10) -> pl.DataFrame:
        """Return ``item_id, score, rank`` of what goes with this item or resembles it."""
        number = self._item_numbers([item_id])
        scorer = self.scorer
        if isinstance(scorer, FusionScorer):
            scorer = scorer.members["linear"]
        scores = similar_items(scorer, self._vectors, number)
        everything = np.arange(len(self.items), dtype=np.int32)
        alone = Queries.of([number])
        lists = self.ranker.rank(alone, ScoredItems(everything, scores), k=k)
        return self._frame([lists], None).select("item_id", "score", "rank")

    def similar_users(self, user_id: str, k: int = 10) -> pl.DataFrame:
        """Return ``user_id, score, rank`` of the users with the most similar likes (cosine)."""
        number = self._user_numbers([user_id])[0]
        rows = self._likes
        scores = np.asarray((rows @ rows[[number]].T).todense()).ravel()
        scores[number] = -1
        best = np.argsort(-scores, kind="stable")[:k]
        best = best[scores[best] > 0]
        ids = [self.users.ids[at] for at in best]
        ranks = np.arange(1, len(best) + 1)
        return pl.DataFrame({"user_id": ids, "score": scores[best], "rank": ranks})

    def save(self, folder: Path) -> None:
        """Write the model folder: arrays, tables and a manifest."""
        parts: dict[str, Arrays] = {"blocks": self.blocks.to_arrays()}
        members: dict[str, Any] = {"scorer": self.scorer}
        if isinstance(self.scorer, FusionScorer):
            members = dict(self.scorer.members.items())
            fusion: Arrays = {"weights": self.scorer.weights, "groups": self.scorer.groups}
            parts["fusion"] = fusion
        if isinstance(self.scorer, LearnedFusionScorer):
            parts["ranker"] = self.scorer.ranker_arrays()
        parts |= {f"member.{name}": member.to_arrays() for name, member in members.items()}
        histories = asdict(replace(self.histories, text_vectors=None))
        parts["histories"] = {name: a for name, a in histories.items() if a is not None}
        fields = {
            "created_at": datetime.now(UTC).isoformat(),
            "dataset_fingerprint": self.summary["dataset_fingerprint"],
            "settings": self.summary,
            "metrics": {},
        }
        users = {"user_id": self.users.ids} | ({PROFILE: self.profiles} if self.profiles else {})
        tables = {"items": self.titles, "users": pl.DataFrame(users)}
        save_artifact(folder, parts, fields, tables)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Return the recommender that was saved; arrays stay on disk until they are read.

        Raises:
            ArtifactError: The folder is not a sound model; the message names the file.
        """
        artifact = load_artifact(folder)
        summary: dict[str, Any] = dict(artifact.manifest.settings)
        members: dict[str, Scorer] = {}
        for part, arrays in artifact.parts.items():
            if part.startswith("member."):
                name = part.removeprefix("member.")
                table_name = summary["algorithm"] if name == "scorer" else name
                members[name] = model_class(table_name).from_arrays(arrays)
        titles, users = artifact.tables["items"], artifact.tables["users"]
        return cls(
            users=Vocabulary(tuple(users["user_id"])),
            items=Vocabulary(tuple(titles["item_id"])),
            titles=titles,
            histories=Queries(**artifact.parts["histories"]),
            scorer=_scorer_of(members, artifact.parts),
            blocks=FittedBlocks.from_arrays(artifact.parts["blocks"]),
            summary=summary,
            profiles=tuple(users[PROFILE]) if PROFILE in users.columns else (),
        )

    def _frame(self, parts: Sequence[RankedLists], ids: Sequence[str] | None) -> pl.DataFrame:
        numbers = np.concatenate([part.numbers for part in parts])
        scores = np.concatenate([part.scores for part in parts])
        rows, places = np.nonzero(numbers >= 0)
        found = pl.Series("item_id", self.items.ids, dtype=pl.String)
        people = pl.Series("user_id", [None] if ids is None else ids, dtype=pl.String)
        return pl.DataFrame(
            {
                "user_id": people.gather(rows),
                "item_id": found.gather(numbers[rows, places]),
                "score": scores[rows, places],
                "rank": (places + 1).astype(np.int32),
            }
        )

    def _candidates(self, ids: Sequence[str] | None) -> ItemNumbers:
        if ids is None:
            return np.arange(len(self.items), dtype=np.int32)
        return np.unique(self._item_numbers(ids)).astype(np.int32)

    def _item_numbers(self, ids: Sequence[str]) -> ItemNumbers:
        unknown = [key for key in ids if key not in self.items.number_of]
        if unknown:
            raise UnknownItemError(
                f"item {unknown[0]!r} is not in the catalog of {len(self.items)} items; "
                "check its spelling or fit again with it"
            )
        return self.items.numbers(ids)

    def _user_numbers(self, ids: Sequence[str]) -> UserNumbers:
        unknown = [key for key in ids if key not in self.users.number_of]
        if unknown:
            raise UnknownUserError(
                f"user {unknown[0]!r} is not among the {len(self.users)} users of this model; "
                "check the spelling, or recommend by history or text"
            )
        return self.users.numbers(ids)

    def _known(self, numbers: UserNumbers) -> Iterator[Queries]:
        """Yield these users' queries in batches, with what their profiles say."""
        queries, profiles = self._done(numbers), self._user_profiles
        for start, stop in batches(queries, len(self.items)):
            part = queries.part(start, stop)
            yield part if profiles is None else profiles.joined(part, numbers[start:stop])

    def _done(self, numbers: UserNumbers) -> Queries:
        starts, lengths = self.histories.offsets[numbers], self.histories.lengths[numbers]
        offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        rows = np.repeat(starts - offsets[:-1], lengths) + np.arange(offsets[-1])
        return Queries(
            offsets=offsets,
            item_numbers=self.histories.item_numbers[rows],
            weights=self.histories.weights[rows],
            ratings=self.histories.ratings[rows],
            repeatable=self.histories.repeatable[rows],
        )

    def _someone(self, history: Sequence[str], text: str | None) -> Queries:
        queries = Queries.of([self._item_numbers(history)])
        if text is None:
            return queries
        weights = self.summary["block_weights"]
        vectors = self._space.placed(self.blocks.encode_text([text]), weights, 1)
        return Queries(
            offsets=queries.offsets,
            item_numbers=queries.item_numbers,
            weights=queries.weights,
            ratings=queries.ratings,
            repeatable=queries.repeatable,
            text_vectors=vectors,
        )

    @cached_property
    def _wish_scorer(self) -> CatalogScorer:
        if not isinstance(self.scorer, FusionScorer):
            return self.scorer
        names = list(self.scorer.members)
        return self.scorer.with_weights(wish_weights(self.scorer.weights, names))

    @cached_property
    def _space(self) -> KnowledgeSpace:
        return KnowledgeSpace.of(self.blocks.features, len(self.items))

    @cached_property
    def _user_profiles(self) -> UserProfiles | None:
        if not self.profiles:
            return None
        return UserProfiles(
            texts=self.profiles,
            blocks=self.blocks,
            space=self._space,
            block_weights=self.summary["block_weights"],
        )

    @cached_property
    def _vectors(self) -> Embeddings:
        return self._space.vectors(self.summary["block_weights"])

    @cached_property
    def _likes(self) -> Any:  # noqa: ANN401  a SciPy matrix, which has no types
        from scipy import sparse

        likes = (self.histories.weights > 0).astype(np.float32)
        shape = (len(self.users), len(self.items))
        rows = sparse.csr_matrix(
            (likes, self.histories.item_numbers, self.histories.offsets), shape
        )
        lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1))).ravel()
        return sparse.diags(1 / np.maximum(lengths, 1e-12)).astype(np.float32) @ rows


def _titles(dataset: Dataset) -> pl.DataFrame:
    table = dataset.item_table
    name = next((name for name in ("title", "name") if name in table.columns), None)
    titles = pl.Series("title", dataset.items.ids) if name is None else table[name].alias("title")
    return pl.DataFrame({"item_id": dataset.items.ids, "title": titles.cast(pl.String)})


def _profiles(dataset: Dataset) -> tuple[str, ...]:
    texts = profile_texts(dataset)
    return tuple(texts) if any(texts) else ()


def _scorer_of(members: dict[str, Scorer], parts: Parts) -> CatalogScorer:
    if "fusion" not in parts:
        return members["scorer"]
    ordered = {name: members[name] for name in ALL_MEMBERS if name in members}
    fusion = FusionScorer(ordered, parts["fusion"]["weights"], parts["fusion"]["groups"])
    if "ranker" not in parts:
        return fusion
    return LearnedFusionScorer.from_ranker_arrays(fusion, parts["ranker"])
