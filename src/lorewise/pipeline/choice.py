"""What is chosen on held-out data, and the models that follow from it."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from math import isfinite
from typing import Any, Self

from lorewise.data.dataset import Dataset
from lorewise.data.primitives import Embeddings
from lorewise.models.content import ContentScorer, ContentSettings
from lorewise.models.expected_popularity import (
    ExpectedPopularityScorer,
    ExpectedPopularitySettings,
)
from lorewise.models.item_knowledge import ItemKnowledge
from lorewise.models.linear import LinearScorer
from lorewise.models.linear_settings import LinearSettings, SequentialLinearSettings
from lorewise.models.neural_extra import Report
from lorewise.models.popularity import PopularityScorer, PopularitySettings
from lorewise.models.sequential_linear import SequentialLinearScorer
from lorewise.models.transformer import TransformerScorer
from lorewise.models.transformer_settings import TransformerSettings
from lorewise.pipeline.held_out import HeldOut
from lorewise.pipeline.knowledge_space import KnowledgeSpace
from lorewise.pipeline.tuned_settings import settings_of
from lorewise.pipeline.tuning import Tuned, tune_cold, tune_linear, tune_popularity, tune_sequential
from lorewise.stages import Scorer

Progress = Callable[[str, float], None]
"""Told the stage in words and the share done, from 0 to 1."""

MEMBERS = ("sequential_linear", "linear", "content", "expected_popularity")
"""Those of every fusion, in closed form."""

POPULARITY, TRANSFORMER = "popularity", "transformer"
ALL_MEMBERS = (*MEMBERS, POPULARITY, TRANSFORMER)
"""In the order of the weights."""

EPOCHS_BY_EFFORT = {"balanced": 10, "best": 16}
"""How long nets are trained; not at all where nothing is said."""


@dataclass(frozen=True)
class Choice:
    """What validation has settled: the fusion can be fitted on any part of the data with it."""

    sequential: Tuned
    linear: Tuned
    cold: Tuned
    knowledge_lift: float = 0.0
    """Of both linear models, see ``LinearSettings``."""

    nets: TransformerSettings | None = None
    """None: no nets are trained."""

    recent: PopularitySettings | None = None
    """None: what is popular of late has no say of its own."""

    @property
    def names(self) -> tuple[str, ...]:
        """The members, in the order of the weights."""
        more = {POPULARITY: self.recent, TRANSFORMER: self.nets}
        return (*MEMBERS, *(name for name, settings in more.items() if settings is not None))

    @classmethod
    def of_summary(cls, settings: Mapping[str, Any]) -> Self:
        """Return the choice that ``summary`` put in words, without what it cost to make.

        Raises:
            SettingsError: A setting does not exist in this version, or is out of range.
        """
        known = settings_of("linear", {"cold_ridge": settings["cold_ridge"]})
        nets, recent = settings.get(TRANSFORMER), settings.get(POPULARITY)
        return cls(
            sequential=Tuned(
                settings_of("sequential_linear", settings["sequential_linear"]),
                dict(settings["sequential_blocks"]),
                0.0,
                0,
            ),
            linear=Tuned(settings_of("linear", settings["linear"]), {}, 0.0, 0),
            cold=Tuned(known, dict(settings["knowledge_blocks"]), 0.0, 0),
            knowledge_lift=settings["knowledge_lift"],
            nets=None if nets is None else settings_of(TRANSFORMER, nets),
            recent=None if recent is None else settings_of(POPULARITY, recent),
        )

    def with_lift(self, lift: float) -> Self:
        """Return the same choice with another lift."""
        return replace(self, knowledge_lift=lift)

    def with_nets_of(self, members: Mapping[str, Scorer]) -> Self:
        """Return the same choice with nets that need no held-out events: these have used theirs."""
        trained = members.get(TRANSFORMER)
        if self.nets is None or not isinstance(trained, TransformerScorer):
            return self
        share = trained.knowledge_share
        return replace(self, nets=replace(self.nets, knowledge_share=share, validation_users=0))

    def members(
        self, dataset: Dataset, space: KnowledgeSpace, report: Report | None = None
    ) -> dict[str, Scorer]:
        """Fit all members with the chosen settings; ``report`` hears how training nets goes."""
        members = self.closed_forms(dataset, space)
        evenly = space.vectors({})  # whitened, no block is louder than the others
        if self.recent is not None:
            members[POPULARITY] = PopularityScorer.fit(dataset, evenly, self.recent)
        if self.nets is not None:
            members[TRANSFORMER] = TransformerScorer.fit(dataset, evenly, self.nets, report=report)
        return members

    def closed_forms(self, dataset: Dataset, space: KnowledgeSpace) -> dict[str, Scorer]:
        """Fit all members but the nets with the chosen settings."""
        own, known = self._own(space), self._known(space)
        return {
            "sequential_linear": SequentialLinearScorer.fit(
                dataset, own, self._sequential_settings(dataset)
            ),
            "linear": LinearScorer.fit(dataset, known, self._linear_settings(dataset)),
            "content": ContentScorer.fit(dataset, known, ContentSettings()),
            "expected_popularity": ExpectedPopularityScorer.fit(
                dataset, known, ExpectedPopularitySettings()
            ),
        }

    def knowledge(self, space: KnowledgeSpace) -> dict[str, ItemKnowledge]:
        """Return what each linear member makes of the vectors in which it thinks."""
        return {
            "sequential_linear": ItemKnowledge.of(self._own(space), self.sequential.settings),
            "linear": ItemKnowledge.of(self._known(space), self.linear.settings),
        }

    def lifted(
        self,
        members: Mapping[str, Scorer],
        dataset: Dataset,
        knowledge: Mapping[str, ItemKnowledge],
    ) -> dict[str, Scorer]:
        """Return these members, which were fitted without a lift, with that of this choice."""
        lifted = dict(members)
        for name, member in members.items() if self.knowledge_lift else ():
            if isinstance(member, SequentialLinearScorer):
                settings = self._sequential_settings(dataset)
                lifted[name] = member.with_lift(dataset, knowledge[name], settings)
            elif isinstance(member, LinearScorer):
                plain = self._linear_settings(dataset)
                lifted[name] = member.with_lift(dataset, knowledge[name], plain)
        return lifted

    def summary(self) -> dict[str, Any]:
        """Return the settings and the numbers of trials; JSON values."""
        more = {
            name: json_ready(asdict(settings))
            for name, settings in ((POPULARITY, self.recent), (TRANSFORMER, self.nets))
            if settings is not None
        }
        return {
            "settings": {
                "sequential_linear": json_ready(asdict(self.sequential.settings)),
                "linear": json_ready(asdict(self.linear.settings)),
                **more,
                "sequential_blocks": dict(self.sequential.block_weights),
                "knowledge_blocks": dict(self.cold.block_weights),
                "cold_ridge": self.cold.settings.cold_ridge,
                "knowledge_lift": self.knowledge_lift,
            },
            "n_trials": {
                "sequential_linear": self.sequential.n_trials,
                "linear": self.linear.n_trials,
                "knowledge": self.cold.n_trials,
            },
        }

    def _own(self, space: KnowledgeSpace) -> Embeddings:
        return space.vectors(self.sequential.block_weights)

    def _known(self, space: KnowledgeSpace) -> Embeddings:
        return space.vectors(self.cold.block_weights)

    def _sequential_settings(self, dataset: Dataset) -> SequentialLinearSettings:
        settings = self.sequential.settings
        if not isinstance(settings, SequentialLinearSettings):
            raise TypeError(f"settings {settings!r} are not those of sequential_linear")
        return replace(
            settings, knowledge_lift=self.knowledge_lift, trust_events=_trust_events(dataset)
        )

    def _linear_settings(self, dataset: Dataset) -> LinearSettings:
        return replace(
            self.linear.settings,
            cold_ridge=self.cold.settings.cold_ridge,
            knowledge_lift=self.knowledge_lift,
            trust_events=_trust_events(dataset),
        )


def _trust_events(dataset: Dataset) -> float:
    """Return the mean events of an item that has any: there behavior and knowledge are on a par."""
    warm = dataset.item_counts[dataset.item_counts > 0]
    return float(warm.mean()) if len(warm) else 1.0


def choose(
    held_out: HeldOut, space: KnowledgeSpace, tell: Progress, *, is_thorough: bool
) -> Choice:
    """Choose every model's settings and the weights of the knowledge blocks."""
    plain = dict.fromkeys(space.names, 1.0)
    cold = Tuned(LinearSettings(), plain, 0.0, 0)
    if held_out.cold_items and space.names:
        report = part(tell, "weighing the knowledge", 0.05, 0.2)
        cold = tune_cold(held_out.cold_items, space, LinearSettings(), report)
    sequential = Tuned(SequentialLinearSettings(), plain, 0.0, 0)
    linear = Tuned(LinearSettings(), plain, 0.0, 0)
    events = held_out.events
    if events is not None:
        linear = tune_linear(
            events,
            space.vectors(cold.block_weights),
            part(tell, "choosing what goes together", 0.2, 0.3),
        )
        sequential = tune_sequential(
            events,
            space,
            _block_choices(space, cold.block_weights),
            part(tell, "choosing what comes next", 0.3, 0.7),
            is_thorough=is_thorough,
        )
    recent = tune_popularity(events) if events is not None and held_out.is_later else None
    return Choice(sequential, linear, cold, recent=recent)


def _block_choices(space: KnowledgeSpace, chosen: Mapping[str, float]) -> list[Mapping[str, float]]:
    """Return the weights that suit cold items, all alike, and meaning alone; without repeats."""
    alike = dict.fromkeys(space.names, 1.0)
    meaning = {name: float(name.endswith(".dense")) for name in space.names}
    choices: list[Mapping[str, float]] = []
    for weights in (dict(chosen), alike, meaning):
        if weights not in choices and (not weights or any(weights.values())):
            choices.append(weights)
    return choices


def json_ready(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings with infinities in words, which JSON lacks."""
    return {
        name: str(value) if isinstance(value, float) and not isfinite(value) else value
        for name, value in settings.items()
    }


def part(tell: Progress, stage: str, start: float, stop: float) -> Report:
    """Return what tells of a stage that takes a fit from ``start`` to ``stop`` of its way."""
    return lambda share: tell(stage, start + (stop - start) * share)
