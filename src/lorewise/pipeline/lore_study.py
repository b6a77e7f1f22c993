"""What lore is worth on new items: the same fit with it, without it and with foreign lore."""

from collections.abc import Collection
from dataclasses import replace
from importlib.metadata import version
from typing import Any, Final

import numpy as np

from lorewise.data.dataset import Dataset
from lorewise.data.splitting.partition import Split
from lorewise.evaluation.comparison import Comparison, compare
from lorewise.evaluation.report import Report
from lorewise.pipeline.fit import fit_scorer
from lorewise.pipeline.lore_controls import permuted_lore, without_columns, without_lore
from lorewise.pipeline.trial import Bench, Fit, Progress, Trial, Trialed, part_of
from lorewise.pipeline.validation import targets_of

WITH_LORE: Final = "with lore"
WITHOUT_LORE: Final = "without lore"
PERMUTED_LORE: Final = "permuted lore"
WITHOUT_HINDSIGHT: Final = "without hindsight"

K: Final = 20
"""Cutoff."""

METRIC: Final = f"ndcg@{K}"
"""What the lists are judged and compared by."""


def lore_study(
    split: Split,
    *,
    seed: int = 42,
    effort: str = "fast",
    progress: Progress | None = None,
    fit: Fit = fit_scorer,
    hindsight: Collection[str] = (),
) -> Report:
    """Fit the default recommender on one split again and again; report each, and the differences.

    First with the lore, then without it, then with each item's lore given to another item: what
    is gained over this last row is due to what the lore says, not to its being there. Columns
    that tell what became of an item later are ``hindsight``: if there are any, a last row does
    without them. The comparisons state the gain of the row with lore over each of the others,
    corrected for their number.
    """
    bench = Bench.of(split, targets_of(split, split.target_users), ks=(K,))
    tell = progress or _tell_nobody
    results = {}
    trains = _trains(split.train, seed, hindsight)
    for number, (name, train) in enumerate(trains.items()):
        trial = Trial(name=name, algorithm=None, train=train, bench=bench)
        part = part_of(tell, number / len(trains), (number + 1) / len(trains))
        results[name] = trial.run(fit, effort=effort, seed=seed, progress=part)
    return Report(
        protocol=split.name,
        data=_about_data(split),
        settings=_about_settings(split, results) | {"seed": seed, "effort": effort},
        rows=[result.row for result in results.values()],
        comparisons=_gains(results, seed),
        training_curve=bench.evaluator.training_curve,
    )


def _trains(train: Dataset, seed: int, hindsight: Collection[str]) -> dict[str, Dataset]:
    rng = np.random.default_rng(seed)
    trains = {
        WITH_LORE: train,
        WITHOUT_LORE: without_lore(train, rng),
        PERMUTED_LORE: permuted_lore(train, rng),
    }
    if hindsight:
        trains[WITHOUT_HINDSIGHT] = without_columns(train, hindsight)
    return trains


def _gains(results: dict[str, Trialed], seed: int) -> tuple[Comparison, ...]:
    values = {name: result.outcome.per_user()[METRIC] for name, result in results.items()}
    losses = compare(values, reference=WITH_LORE, metric=METRIC, seed=seed)
    return tuple(_turned(loss) for loss in losses)


def _turned(found: Comparison) -> Comparison:
    """Return the same comparison seen from the other side."""
    low, high = found.ci95
    return replace(
        found,
        algorithm=found.reference,
        reference=found.algorithm,
        difference=-found.difference,
        ci95=(-high, -low),
    )


def _about_data(split: Split) -> dict[str, Any]:
    train = split.train
    return {
        "n_users": train.n_users,
        "n_items": train.n_items,
        "n_train_interactions": train.n_interactions,
        "n_held_out_interactions": split.held_out.n_interactions,
        "n_target_users": len(split.target_users),
        "n_candidates": train.n_items if split.candidates is None else len(split.candidates),
        "lore_columns": list(train.lore_columns),
        "fingerprint": split.dataset_fingerprint,
        "split_fingerprint": split.fingerprint,
    }


def _about_settings(split: Split, results: dict[str, Trialed]) -> dict[str, Any]:
    return {
        "lorewise": version("lorewise"),
        "ks": [K],
        "protocol": dict(split.settings),
        "fits": {name: result.summary for name, result in results.items()},
    }


def _tell_nobody(_doing: str, _share: float) -> None:
    """Stand in for a progress that nobody asked for."""
