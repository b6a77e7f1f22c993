"""What the models of a knowledge study learn from, and the exams they sit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from lorewise.data.dataset import Dataset
from lorewise.data.primitives import UserNumbers
from lorewise.data.splitting.cold_users import cold_users, enough_share
from lorewise.data.splitting.partition import Split
from lorewise.errors import DataError, LeakageError
from lorewise.pipeline.knowledge_scenarios import (
    COLD_ITEMS,
    SENTENCE,
    SPARSE,
    ScenarioPlan,
    TrainingName,
)
from lorewise.pipeline.leakage_guard import LeakageGuard
from lorewise.pipeline.spoken_tastes import FEWEST_LIKES, spoken_tastes
from lorewise.pipeline.trial import Bench
from lorewise.pipeline.validation import targets_of

KS = (10, 20)
"""Cutoffs."""


@dataclass(frozen=True, kw_only=True)
class Exam:
    """What every model of one training part is asked, and what should come back."""

    bench: Bench
    sentences: tuple[str, ...] = ()
    """One per query, where a sentence is all that is known; else empty."""


@dataclass(frozen=True, kw_only=True)
class Training:
    """What models learn from, and the exams they sit."""

    train: Dataset
    exams: Mapping[str, Exam]
    left_out: Mapping[str, str] = field(default_factory=dict)
    """Exams that the data do not suffice for -> why."""


@dataclass(frozen=True, kw_only=True)
class Trainings:
    """The training parts that scenarios ask for, made one at a time."""

    dataset: Dataset
    plans: Sequence[ScenarioPlan]
    seed: int
    guard: LeakageGuard

    @property
    def names(self) -> list[TrainingName]:
        """The parts, in the order of the scenarios."""
        return list(dict.fromkeys(plan.training for plan in self.plans))

    def training(self, name: TrainingName) -> Training:
        """Return the part of this name with its exams; without any if the data do not suffice.

        Raises:
            LeakageError: The items are described by what was counted over held-out events.
        """
        plans = {plan.exam: plan for plan in self.plans if plan.training == name}
        try:
            return self._training(name, plans)
        except LeakageError:
            raise
        except DataError as error:
            left_out = dict.fromkeys(plans, str(error))
            return Training(train=self.dataset, exams={}, left_out=left_out)

    def _training(self, name: TrainingName, plans: Mapping[str, ScenarioPlan]) -> Training:
        if name == "people":
            return _People(self.dataset, self.seed, self.guard).training(plans)
        exam = COLD_ITEMS if name == "items" else SPARSE
        parted = self.guard.split(self.dataset, exam, self.seed)
        return Training(train=parted.train, exams={exam: Exam(bench=_bench(parted))})


@dataclass(frozen=True)
class _People:
    """Some users leave the data altogether, the others lose their last rows."""

    dataset: Dataset
    seed: int
    guard: LeakageGuard

    def training(self, plans: Mapping[str, ScenarioPlan]) -> Training:
        """Return the exams by name; those that the data do not suffice for are left out."""
        exams, left_out = {}, {}
        for name, plan in plans.items():
            try:
                exams[name] = self._exam(plan)
            except LeakageError:
                raise
            except DataError as error:
                left_out[name] = str(error)
        return Training(train=self._warm.train, exams=exams, left_out=left_out)

    @cached_property
    def _warm(self) -> Split:
        others = self.dataset.only(~np.isin(self.dataset.user_numbers, self._cold))
        protocol = "last-item" if self.dataset.has_times else "random"
        return self.guard.split(others, protocol, self.seed)

    @cached_property
    def _cold(self) -> UserNumbers:
        return self._revealed(0).target_users

    @cached_property
    def _bench(self) -> Bench:
        return _bench(self._warm)

    def _exam(self, plan: ScenarioPlan) -> Exam:
        if plan.n_revealed is not None:
            return self._of_events(plan.n_revealed)
        return self._of_sentences() if plan.exam == SENTENCE else Exam(bench=self._bench)

    def _of_events(self, n_revealed: int) -> Exam:
        parted = self._revealed(n_revealed)
        users = parted.target_users
        queries, targets = parted.history.queries(users), targets_of(parted, users)
        return Exam(bench=replace(self._bench, queries=queries, targets=targets))

    def _of_sentences(self) -> Exam:
        tastes = spoken_tastes(self.dataset, self._cold, np.random.default_rng(self.seed))
        if tastes is None:
            raise DataError(
                f"none of {len(self._cold)} cold users likes {FEWEST_LIKES} items, three of them "
                "with themes; give more interactions or leave the sentences out"
            )
        bench = replace(self._bench, queries=tastes.said, targets=tastes.targets)
        return Exam(bench=bench, sentences=tastes.sentences)

    def _revealed(self, n_revealed: int) -> Split:
        """Return the split in which so much is known of the cold users, always the same ones."""
        share = enough_share(len(np.unique(self.dataset.user_numbers)))
        rng = np.random.default_rng(self.seed)
        return cold_users(self.dataset, rng=rng, n_revealed=n_revealed, share=share)


def _bench(parted: Split) -> Bench:
    return Bench.of(parted, targets_of(parted, parted.target_users), ks=KS)
