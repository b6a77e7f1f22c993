"""Searching the settings of several models, each with the same number of trials."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import blake2b
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

from lorewise.data.dataset import Dataset
from lorewise.encoders.blocks import BlockSettings
from lorewise.encoders.vector_cache import default_cache
from lorewise.errors import DataError, MissingExtraError, SettingsError
from lorewise.models.registry import model_class, settings_class
from lorewise.pipeline.catalog_blocks import encode_catalog
from lorewise.pipeline.choice import Progress, json_ready
from lorewise.pipeline.held_out import HeldOut
from lorewise.pipeline.knowledge_space import KnowledgeSpace
from lorewise.pipeline.search_space import SPACES, Choices, Counts, Span, Value
from lorewise.pipeline.validation import Validation

if TYPE_CHECKING:
    import optuna

Goal = Literal["events", "new-items"]

WITHOUT_A_PLAN = 8
"""Trials that are drawn by chance before the search learns from them."""


@dataclass(frozen=True, kw_only=True)
class SearchSettings:
    """How long and by what is searched."""

    goal: Goal = "events"
    """``events``: NDCG@10 of what users did last; ``new-items``: NDCG@20 among items held out."""

    n_trials: int = 30
    """Of each model, the one with its default settings included; at least 1."""

    minutes: float = 60.0
    """No round of trials begins that would not end in that time; above 0."""

    effort: str = "fast"
    """How many users are asked: ``fast``, ``balanced`` or ``best``."""

    seed: int = 42
    """Of the held-out parts and the draws; at least 0."""

    dense: str = "auto"
    """Encoder of meaning; see ``BlockSettings``."""

    def __post_init__(self) -> None:
        if self.n_trials < 1:
            raise SettingsError(f"there are {self.n_trials} trials; give at least 1")
        if not self.minutes > 0:
            raise SettingsError(f"the search may take {self.minutes} minutes; give more than 0")


@dataclass(frozen=True, kw_only=True)
class Found:
    """The best settings of one model."""

    settings: Mapping[str, Any]
    """All of them; JSON values."""

    ndcg: float
    """On the held-out part that chose them: an estimate that flatters."""

    ndcg_of_defaults: float
    n_trials: int


@dataclass(frozen=True)
class Search:
    """One model's trials, kept where they outlast the process."""

    name: str
    study: "optuna.Study"
    seed: int

    @classmethod
    def of(cls, name: str, asked: str, storage: Any, seed: int) -> Self:  # noqa: ANN401  Optuna's
        """Return the trials that are kept of this search, or a new one."""
        import optuna

        study = optuna.create_study(
            study_name=f"{name} {asked}",
            storage=storage,
            direction="maximize",
            load_if_exists=True,
        )
        return cls(name, study, seed)

    @property
    def done(self) -> "list[optuna.trial.FrozenTrial]":
        """Trials that came to an end; what a killed process had begun is not among them."""
        return [trial for trial in self.study.trials if trial.value is not None]

    def try_next(self, validation: Validation, vectors: Any) -> None:  # noqa: ANN401  embeddings
        """Fit and judge the model once: with its defaults first, then where it seems worthwhile."""
        import optuna

        n_done = len(self.done)
        # Each draw rests on its number and what is known, so that a search that goes on after a
        # kill draws as one that never paused.
        self.study.sampler = optuna.samplers.TPESampler(
            seed=self.seed + n_done, n_startup_trials=WITHOUT_A_PLAN, multivariate=True
        )
        trial = self.study.ask()
        drawn = {} if n_done == 0 else _drawn(self.name, trial)
        trial.set_user_attr("settings", drawn)
        scorer = model_class(self.name).fit(
            validation.train, vectors, settings_class(self.name)(**drawn)
        )
        figure = validation.quality(scorer)
        self.study.tell(trial, figure if isfinite(figure) else 0.0)

    def found(self, n_trials: int) -> Found:
        """Return the best of the first so many trials; of equals, the first."""
        done = self.done[:n_trials]
        best = max(done, key=lambda trial: (trial.value or 0.0, -trial.number))
        settings = settings_class(self.name)(**best.user_attrs["settings"])
        return Found(
            settings=json_ready(asdict(settings)),
            ndcg=round(float(best.value or 0.0), 5),
            ndcg_of_defaults=round(float(done[0].value or 0.0), 5),
            n_trials=len(done),
        )


def search_settings(
    dataset: Dataset,
    algorithms: Sequence[str],
    settings: SearchSettings,
    *,
    trials: Path,
    progress: Progress,
) -> dict[str, Found]:
    """Return the best settings of each model, found on held-out parts of ``dataset``.

    All models take turns, so that each has as many trials as any other when the time is over; of
    a model that was ahead, the first as many count. ``trials`` is a file that keeps them: the same
    search goes on from there.

    Source: tree-structured Parzen estimators (Bergstra et al., NeurIPS 2011), by Optuna.

    Raises:
        SettingsError: A model is unknown or has nothing to be searched.
        DataError: There is too little to hold out.
        MissingExtraError: Optuna, or what a model needs, is not installed.
    """
    check_searchable(algorithms)
    storage = _storage(trials)
    validation = _validation(dataset, settings)
    progress("encoding the items", 0.0)
    reading = BlockSettings(dense=settings.dense)
    blocks = encode_catalog(dataset, reading, cache=default_cache())
    space = KnowledgeSpace.of(blocks.features, dataset.n_items)
    vectors = space.vectors(dict.fromkeys(space.names, 1.0))
    asked = _digest(dataset, settings)
    searches = [Search.of(name, asked, storage, settings.seed) for name in algorithms]
    started_s, longest_s = time.monotonic(), 0.0
    while (n_done := min(len(search.done) for search in searches)) < settings.n_trials:
        round_s = time.monotonic()
        if n_done and round_s + longest_s - started_s > settings.minutes * 60:
            break
        for number, search in enumerate(searches):
            share = (n_done + number / len(searches)) / settings.n_trials
            progress(f"{search.name}: trial {n_done + 1}", share)
            if len(search.done) == n_done:
                search.try_next(validation, vectors)
        longest_s = max(longest_s, time.monotonic() - round_s)
    progress("done", 1.0)
    n_done = min(n_done, settings.n_trials)
    return {search.name: search.found(n_done) for search in searches}


def check_searchable(algorithms: Sequence[str]) -> None:
    """Refuse what has no space.

    Raises:
        SettingsError: No model is named, one stands twice, or one cannot be searched.
    """
    if not algorithms or len(set(algorithms)) < len(algorithms):
        raise SettingsError(
            f"the models to tune are {list(algorithms)}; name each of them once, of "
            f"{', '.join(SPACES)}"
        )
    for name in algorithms:
        if name not in SPACES:
            raise SettingsError(
                f"{name!r} cannot be tuned; name some of {', '.join(SPACES)} (the fusion chooses "
                "its settings at every fit)"
            )


def _validation(dataset: Dataset, settings: SearchSettings) -> Validation:
    held_out = HeldOut.of(dataset, settings.effort, settings.seed)
    items = held_out.items and held_out.items.among_targets()
    found = held_out.events if settings.goal == "events" else items
    if found is None:
        raise DataError(
            f"too little can be held out for {settings.goal!r}: fewer than 50 users with three "
            "events, or 50 items with events; take the defaults"
        )
    return found


def _digest(dataset: Dataset, settings: SearchSettings) -> str:
    """Return what tells this search from one whose figures could not be compared with it."""
    told = (dataset.fingerprint, settings.goal, settings.effort, settings.seed, settings.dense)
    return blake2b(repr((told, SPACES)).encode(), digest_size=8).hexdigest()


def _drawn(name: str, trial: "optuna.Trial") -> dict[str, Value]:
    return {field: _suggested(trial, field, wanted) for field, wanted in SPACES[name].items()}


def _suggested(trial: "optuna.Trial", field: str, wanted: Span | Counts | Choices) -> Value:
    if isinstance(wanted, Span):
        return trial.suggest_float(field, wanted.low, wanted.high, log=True)
    if isinstance(wanted, Counts):
        return trial.suggest_int(field, wanted.low, wanted.high, log=True)
    return trial.suggest_categorical(field, wanted)  # type: ignore[return-value]  # one of wanted


def _storage(trials: Path) -> Any:  # noqa: ANN401  Optuna's
    try:
        import optuna
        from optuna.storages import JournalStorage
        from optuna.storages.journal import JournalFileBackend
    except ImportError as error:
        raise MissingExtraError(
            "tuning needs Optuna; install it with `pip install 'lorewise[tune]'`"
        ) from error
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    return JournalStorage(JournalFileBackend(str(trials)))
