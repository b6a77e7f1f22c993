"""Algorithms measured side by side on data that none of them has seen."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np

from lorewise.data.dataset import Dataset
from lorewise.data.splitting import shuffle_ties as with_shuffled_ties
from lorewise.data.splitting.partition import Split
from lorewise.errors import SettingsError
from lorewise.evaluation.comparison import Comparison, compare
from lorewise.evaluation.report import Report
from lorewise.models.registry import model_class, model_table
from lorewise.pipeline.fit import fit_scorer
from lorewise.pipeline.leakage_guard import LeakageGuard
from lorewise.pipeline.lore_controls import CONTROLS, check_lore, lore_columns
from lorewise.pipeline.trial import Bench, Fit, Progress, Trial, Trialed, part_of
from lorewise.pipeline.tuned_settings import TunedSettings
from lorewise.pipeline.validation import targets_of

if TYPE_CHECKING:
    from lorewise.pipeline.held_out import HoldOut

FUSION = "fusion"
"""Names the default recommender among the algorithms."""

BY_WORDS = "tf-idf"
"""Says of a row that the texts were encoded by their words alone."""

KS = (10, 20)
"""Cutoffs."""

COMPARED = f"ndcg@{KS[0]}"
"""The metric that algorithms are compared by."""


@dataclass(frozen=True, kw_only=True)
class StudySettings:
    """How a study is done."""

    seed: int = 42
    """Of the split, the fits, the controls and the intervals; at least 0."""

    effort: str = "fast"
    """What a fit may take: ``fast``, ``balanced`` or ``best``."""

    knowledge_controls: bool = False
    """Whether each algorithm is also measured without lore, with permuted and with random lore,
    and with all texts encoded by TF-IDF alone."""

    shuffle_ties: bool = False
    """Whether each algorithm is also measured with rows of equal time in a random order."""


def evaluate(  # noqa: PLR0913  one argument per choice of a caller
    dataset: Dataset,
    protocol: str,
    algorithms: Sequence[str],
    *,
    seed: int = 42,
    effort: str = "fast",
    progress: Progress | None = None,
    knowledge_controls: bool = False,
    shuffle_ties: bool = False,
    guard: LeakageGuard | None = None,
    tuned: TunedSettings | None = None,
    fit: Fit = fit_scorer,
) -> Report:
    """Hold out by the protocol, fit each algorithm on the rest, and report how they do.

    Args:
        dataset: The whole data.
        protocol: A name of ``lorewise.data.splitting.PROTOCOLS``.
        algorithms: Names of models, or ``"fusion"``; one that is named twice counts once.
        seed: Of the split, the fits, the controls and the intervals.
        effort: What a fit may take: ``fast``, ``balanced`` or ``best``.
        progress: Told what is done and how far everything is, from 0 to 1.
        knowledge_controls: Adds for each algorithm a row without lore, one with the lore of
            another item, one with lore of random words and one with all texts by TF-IDF alone, and
            compares them with the algorithm.
        shuffle_ties: Adds for each algorithm a row on the data with rows of equal time in a
            random order, if the order of a held-out row rests on file order alone. These have
            other held-out items, so that they are compared with nothing.
        guard: Splits the data and refuses what would give held-out events away.
        tuned: Settings of some of the algorithms.
        fit: Makes the models; with ``tuned``, the pipeline's own.

    Raises:
        LeakageError: Profiles or columns were made from held-out events (the message names them),
            or the settings were not tuned on what is left for training.
        SettingsError: An algorithm or the protocol is unknown, or there is no lore to control
            for; nothing has been fitted then.
        DataError: The data do not suffice for the protocol.
    """
    settings = StudySettings(
        seed=seed, effort=effort, knowledge_controls=knowledge_controls, shuffle_ties=shuffle_ties
    )
    names = checked_algorithms(algorithms)
    tell = progress or _tell_nobody
    tell("splitting", 0.0)
    guard = guard or LeakageGuard()
    parted = guard.split(dataset, protocol, seed)
    hold_out: HoldOut = "temporal" if protocol == "temporal" else "last-item"
    if fit is fit_scorer:  # choices are made by what is like the question
        fit = partial(fit_scorer, hold_out=hold_out)
    if tuned is not None:
        tuned.check_unseen(parted.train)
        fit = partial(fit_scorer, tuned=tuned.by_algorithm, hold_out=hold_out)
    if knowledge_controls:
        check_lore(dataset)
    bench = _bench(parted)
    trials = [_plain(name, parted.train, bench) for name in names]
    if knowledge_controls:
        trials += [control for trial in trials for control in _controls(trial, fit, seed)]
    if shuffle_ties:
        trials += tie_shuffled(dataset, parted, names, seed, guard)
    results = _run(trials, fit, settings, tell)
    tell("done", 1.0)
    return Report(
        protocol=protocol,
        data=_about_data(dataset, parted),
        settings=_about_settings(settings, parted, results) | guard.about(dataset),
        rows=[result.row for result in results.values()],
        comparisons=_comparisons(results, names, settings),
        training_curve=bench.evaluator.training_curve,
    )


def checked_algorithms(names: Sequence[str]) -> list[str]:
    """Return the names without repeats, in their order.

    Raises:
        SettingsError: There is none, one is unknown (the message names the nearest), or its
            module does not load.
    """
    known = [FUSION, *sorted(model_table())]
    if not names:
        raise SettingsError(f"no algorithm is named; name at least one of {', '.join(known)}")
    for name in names:
        if name not in known:
            nearest = get_close_matches(name, known, n=1, cutoff=0.0)[0]
            raise SettingsError(
                f"there is no model {name!r}; did you mean {nearest!r}? "
                f"There are {', '.join(known)}"
            )
        if name != FUSION:
            model_class(name)
    return list(dict.fromkeys(names))


def tie_shuffled(
    dataset: Dataset, parted: Split, names: Sequence[str], seed: int, guard: LeakageGuard
) -> list[Trial]:
    """Return trials by the same protocol with each user's rows of equal time in random order.

    None where every held-out row is later than the row before it: then nothing would change.
    """
    if not parted.tied.any():
        return []
    shuffled = with_shuffled_ties(dataset, np.random.default_rng(seed))
    again = guard.split(shuffled, parted.name, seed)
    bench = _bench(again)
    return [
        replace(_plain(name, again.train, bench), name=f"{name} ties shuffled") for name in names
    ]


def _bench(parted: Split) -> Bench:
    return Bench.of(parted, targets_of(parted, parted.target_users), ks=KS)


def _plain(name: str, train: Dataset, bench: Bench) -> Trial:
    algorithm = None if name == FUSION else name
    return Trial(name=name, algorithm=algorithm, train=train, bench=bench)


def _controls(trial: Trial, fit: Fit, seed: int) -> list[Trial]:
    """Return the trial again with each kind of lore, or of reading it, that should help less."""
    by_words = partial(fit_scorer, dense="none") if fit is fit_scorer else fit
    return [
        *_lore_controls(trial, seed),
        replace(trial, name=f"{trial.name} {BY_WORDS}", own_fit=by_words),
    ]


def _lore_controls(trial: Trial, seed: int) -> list[Trial]:
    return [
        replace(
            trial,
            name=f"{trial.name} {label}",
            train=control(trial.train, np.random.default_rng(seed)),
        )
        for label, control in CONTROLS.items()
    ]


def _run(
    trials: Sequence[Trial], fit: Fit, settings: StudySettings, progress: Progress
) -> dict[str, Trialed]:
    """Return what came of each trial, by the name of its row, in order."""
    share = 1 / len(trials)
    return {
        trial.name: trial.run(
            fit,
            effort=settings.effort,
            seed=settings.seed,
            progress=part_of(progress, number * share, (number + 1) * share),
        )
        for number, trial in enumerate(trials)
    }


def _comparisons(
    results: dict[str, Trialed], names: Sequence[str], settings: StudySettings
) -> tuple[Comparison, ...]:
    """Return the algorithms against the best of them, then controls against their algorithm."""
    found = _compared(results, names, settings.seed)
    if settings.knowledge_controls:
        for name in names:
            family = [name, *(f"{name} {label}" for label in (*CONTROLS, BY_WORDS))]
            found += _compared(results, family, settings.seed, reference=name)
    return found


def _compared(
    results: dict[str, Trialed], names: Sequence[str], seed: int, reference: str | None = None
) -> tuple[Comparison, ...]:
    """Return the differences to the reference, by default the best by mean; none for one name."""
    if len(names) == 1:
        return ()
    values = {name: results[name].outcome.per_user()[COMPARED] for name in names}
    best = max(names, key=lambda name: results[name].row.metrics.get(COMPARED, 0.0))
    return compare(values, reference=reference or best, metric=COMPARED, seed=seed)


def _about_data(dataset: Dataset, parted: Split) -> dict[str, Any]:
    n_items = dataset.n_items
    return {
        "n_users": dataset.n_users,
        "n_items": n_items,
        "n_interactions": dataset.n_interactions,
        "n_train_interactions": parted.train.n_interactions,
        "n_held_out_interactions": parted.held_out.n_interactions,
        "n_tied_held_out": int(parted.tied.sum()),
        "n_target_users": len(parted.target_users),
        "n_candidates": n_items if parted.candidates is None else len(parted.candidates),
        "n_cold_items": int((parted.train.item_counts == 0).sum()),
        "has_times": dataset.has_times,
        "lore_columns": list(lore_columns(dataset)),
        "fingerprint": dataset.fingerprint,
        "split_fingerprint": parted.fingerprint,
    }


def _about_settings(
    settings: StudySettings, parted: Split, results: dict[str, Trialed]
) -> dict[str, Any]:
    return {
        "lorewise": version("lorewise"),
        "seed": settings.seed,
        "effort": settings.effort,
        "ks": list(KS),
        "knowledge_controls": settings.knowledge_controls,
        "shuffle_ties": settings.shuffle_ties,
        "protocol": dict(parted.settings),
        "fits": {name: result.summary for name, result in results.items()},
    }


def _tell_nobody(doing: str, share: float) -> None:
    """Stand in for a progress that nobody asked for."""
