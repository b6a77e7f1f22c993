"""How well ``factorization`` ranks and what its fit costs, beside LightFM in the same run.

    python benchmarks/factorization.py DATA_DIR [--lightfm-python PYTHON]

Each user's last item is held out and the whole catalog ranked: NDCG@10, and CPU seconds of the fit
on one thread, means of three seeds. Both learn WARP with the same settings, every interaction a
choice, from the interactions alone. Ours is shown three times: users read off their histories,
recent events first, as by default; read off whole histories; and as the rows that were learned
for them, which is what LightFM scores by. PYTHON is that of another environment, with ``lightfm``
or ``lightfm-next``; without it our figures stand alone and there is no bar. Bars, both beside
LightFM: NDCG@10 of the default at least as high, CPU seconds at most as many. Compiled before; a
first fit of one epoch without any compiled code is timed apart.
"""

import json
import os
import subprocess
import tempfile
import time
from argparse import ArgumentParser
from dataclasses import dataclass, replace
from math import inf
from pathlib import Path
from typing import Self

import numpy as np
from measuring import Bar, conclude, print_machine, step_alone

from lorewise.data.dataset import Dataset
from lorewise.data.item_list import ScoredItems
from lorewise.data.primitives import Scores
from lorewise.data.queries import Queries
from lorewise.data.sources import read
from lorewise.data.splitting import split
from lorewise.evaluation.accuracy import ndcg
from lorewise.evaluation.ranks import RankedTargets
from lorewise.evaluation.targets import Targets
from lorewise.models.factorization import FactorizationScorer
from lorewise.models.factorization_fold_in import RankingFoldIn
from lorewise.models.factorization_settings import FactorizationSettings
from lorewise.pipeline.validation import targets_of

SEEDS = (42, 43, 44)
SETTINGS = FactorizationSettings()
OURS_S, THEIRS_S = "ours, CPU seconds", "LightFM, CPU seconds"

THEIR_FIT = """
import json, sys, time
import numpy as np
from lightfm import LightFM
from scipy.sparse import coo_matrix

events, out, settings = np.load(sys.argv[1]), sys.argv[2], json.loads(sys.argv[3])
ones = np.ones(len(events["users"]), dtype=np.float32)
chosen = coo_matrix((ones, (events["users"], events["items"])), shape=tuple(events["shape"]))
n_epochs = settings.pop("n_epochs")
LightFM(**settings).fit(chosen, epochs=1)
start = time.process_time()
model = LightFM(**settings).fit(chosen, epochs=n_epochs, num_threads=1)
print(time.process_time() - start)
np.savez(out, users=model.user_embeddings, items=model.item_embeddings, biases=model.item_biases)
"""


@dataclass(frozen=True)
class LastItems:
    """What is learned from and what is asked."""

    train: Dataset
    queries: Queries
    targets: Targets

    @classmethod
    def of(cls, folder: str) -> Self:
        """Hold out each user's last item."""
        parts = split(read(folder), "last-item")
        everybody = np.arange(parts.train.n_users, dtype=np.int32)
        return cls(parts.train, parts.train.queries(), targets_of(parts, everybody))

    def ndcg_at_10(self, scores: Scores) -> float:
        """Return the mean over users; the history is left out of the ranking."""
        unseen = scores.astype(np.float32)
        unseen[self.queries.query_numbers, self.queries.item_numbers] = np.nan
        everything = np.arange(self.train.n_items, dtype=np.int32)
        ranked = RankedTargets.from_scores(ScoredItems(everything, unseen), self.targets)
        return float(np.nanmean(ndcg(ranked, 10)))


def fit(train: Dataset, settings: FactorizationSettings) -> tuple[FactorizationScorer, float]:
    """Return the scorer and the CPU seconds of its fit."""
    nothing = np.zeros((train.n_items, 0), dtype=np.float32)
    start = time.process_time()
    scorer = FactorizationScorer.fit(train, nothing, settings)
    return scorer, time.process_time() - start


def ours(held: LastItems, seed: int) -> dict[str, float]:
    """Return NDCG@10 of each way to read users, and the CPU seconds of the fit."""
    scorer, cpu_s = fit(held.train, replace(SETTINGS, seed=seed))
    whole = replace(scorer.settings, history_tau=inf)
    fold_in = RankingFoldIn.fit(scorer.machine, held.train, whole)
    learned = scorer.machine.users.values @ scorer.machine.items.values.T
    return {
        "ours, recent events first": held.ndcg_at_10(scorer.score_catalog(held.queries)),
        "ours, whole histories": held.ndcg_at_10(
            replace(scorer, fold_in=fold_in).score_catalog(held.queries)
        ),
        "ours, rows learned for users": held.ndcg_at_10(learned),
        OURS_S: cpu_s,
    }


def theirs(held: LastItems, seed: int, python: str) -> dict[str, float]:
    """Return LightFM's NDCG@10 and the CPU seconds of its fit, measured in a process of its own."""
    train = held.train
    settings = {
        "loss": SETTINGS.loss,
        "no_components": SETTINGS.n_components,
        "learning_rate": SETTINGS.learning_rate,
        "max_sampled": SETTINGS.max_sampled,
        "n_epochs": SETTINGS.n_epochs,
        "random_state": seed,
    }
    with tempfile.TemporaryDirectory() as folder:
        events, learned = Path(folder) / "events.npz", Path(folder) / "learned.npz"
        shape = (train.n_users, train.n_items)
        np.savez(events, users=train.user_numbers, items=train.item_numbers, shape=shape)
        command = [python, "-c", THEIR_FIT, str(events), str(learned), json.dumps(settings)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        with np.load(learned) as rows:
            scores = rows["users"] @ rows["items"].T + rows["biases"]
    return {"LightFM": held.ndcg_at_10(scores), THEIRS_S: float(done.stdout)}


def first_fit_seconds(folder: str) -> float:
    """Return the CPU seconds of one epoch in a process that finds no compiled code."""
    with tempfile.TemporaryDirectory() as empty:
        os.environ["NUMBA_CACHE_DIR"] = empty
        seconds = float(step_alone(folder, "--first-fit"))
        del os.environ["NUMBA_CACHE_DIR"]
    return seconds


def means(found: list[dict[str, float]]) -> dict[str, float]:
    """Print the mean of each figure, and the figures of the seeds; return the means."""
    for name in found[0]:
        values = [figures[name] for figures in found]
        print(f"{name:30} {np.mean(values):8.4f}   ({', '.join(f'{v:.4f}' for v in values)})")
    return {name: float(np.mean([figures[name] for figures in found])) for name in found[0]}


def main(folder: str, python: str | None) -> None:
    """Measure and compare."""
    print_machine()
    print(SETTINGS)
    held = LastItems.of(folder)
    ours(held, SEEDS[0])  # compiles
    own = means([ours(held, seed) for seed in SEEDS])
    print(f"{'ours, CPU seconds, first fit':30} {first_fit_seconds(folder):8.4f}")
    if python is None:
        return
    other = means([theirs(held, seed, python) for seed in SEEDS])
    best = own["ours, recent events first"]
    conclude(
        Bar("NDCG@10, beside LightFM's", best, other["LightFM"], is_at_most=False),
        Bar("CPU seconds of the fit, beside LightFM's", own[OURS_S], other[THEIRS_S]),
    )


if __name__ == "__main__":
    parser = ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder")
    parser.add_argument("--lightfm-python")
    parser.add_argument("--first-fit", action="store_true")
    given = parser.parse_args()
    if given.first_fit:
        print(fit(LastItems.of(given.folder).train, replace(SETTINGS, n_epochs=1))[1])
    else:
        main(given.folder, given.lightfm_python)
