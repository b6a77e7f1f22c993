"""Whether the quick advice agrees with full evaluation, on three data sets.

    python benchmarks/advise.py DIR[=KNOWLEDGE.jsonl] ...

Each folder is a data set; with a knowledge file every encoder is also tried with it. Shown are,
for each candidate, what `advise` estimates on its sample, and NDCG@20 of the default recommender,
fitted in full (`fast`) on the same data with a fifth of the items held out (seed 42); then the
processor time of both ways. Bar: the choice is within 2 % of the best candidate's full evaluation.

Vectors are kept in the cache (see LOREWISE_CACHE); the time to encode counts on a first run alone.
"""

import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from measuring import Bar, conclude, print_machine

from lorewise.data.dataset import Dataset
from lorewise.data.sources import read
from lorewise.data.splitting import split
from lorewise.encoders.multilingual import is_multilingual_installed
from lorewise.pipeline.advising import Advice, AdviceSettings, Field, advise
from lorewise.pipeline.advising_choice import Judged, shown_time
from lorewise.pipeline.advising_offers import EncoderOffer
from lorewise.pipeline.advising_sources import KnowledgeSource
from lorewise.pipeline.cost_meter import CostMeter
from lorewise.pipeline.fit import fit_scorer
from lorewise.pipeline.trial import Bench, Trial
from lorewise.pipeline.validation import targets_of

METRIC, K, SEED = "ndcg@20", 20, 42
MOST_LOST = 0.02


@dataclass(frozen=True)
class Case:
    """A data set and what is to be tried on it."""

    name: str
    dataset: Dataset
    sources: tuple[KnowledgeSource, ...]

    @classmethod
    def of(cls, argument: str) -> "Case":
        """Read what one argument names."""
        folder, _, knowledge = argument.partition("=")
        sources = (KnowledgeSource.of_file(Path(knowledge)),) if knowledge else ()
        return cls(Path(folder).name, read(folder), sources)

    def advice(self) -> Advice:
        """Return what `advise` says."""
        names = ["none", "static", *(["multilingual"] if is_multilingual_installed() else [])]
        candidates = Field(
            encoders=[EncoderOffer(name=name) for name in names], sources=self.sources
        )
        return advise(self.dataset, candidates, AdviceSettings(), _tell_nobody)

    def full(self, judged: Judged) -> float:
        """Return the candidate's NDCG when all is fitted and all held-out items are ranked."""
        named = {source.name: source for source in self.sources}
        source = named[judged.knowledge] if judged.knowledge else None
        dataset = source.joined_to(self.dataset) if source else self.dataset
        parted = split(dataset, "cold-items", SEED)
        bench = Bench.of(parted, targets_of(parted, parted.target_users), ks=(K,))
        trial = Trial(name=judged.label, algorithm=None, train=parted.train, bench=bench)
        fit = partial(fit_scorer, dense=judged.encoder)
        return trial.run(fit, effort="fast", seed=SEED, progress=_tell_nobody).row.metrics[METRIC]

    def lost(self) -> float:
        """Print the table; return which share of the best candidate's quality the choice lacks."""
        meter = CostMeter()
        advice = self.advice()
        quick_s, meter = meter.cpu_s, CostMeter()
        print(f"\n{self.name}: {advice.n_items} items and {advice.n_users} users sampled")
        print(f"{'':2}{'candidate':40} {'estimate':>8} {'interval':>15} {'full':>6} {'catalog':>9}")
        full = {}
        for judged in advice.candidates:
            full[judged.label] = self.full(judged)
            mark = "*" if judged is advice.chosen else ""
            print(f"{mark:2}{_line(judged, full[judged.label])}", flush=True)
        print(f"{advice.reason}.")
        print(f"advice {shown_time(quick_s)} of processor, full {shown_time(meter.cpu_s)}")
        return 1 - full[advice.chosen.label] / max(full.values())


def main(arguments: list[str]) -> None:
    """Advise on each data set, then evaluate all candidates in full."""
    print_machine()
    cases = [Case.of(argument) for argument in arguments]
    conclude(*(Bar(f"{case.name}, share lost", case.lost(), MOST_LOST) for case in cases))


def _line(judged: Judged, full: float) -> str:
    low, high = judged.ci95
    took = shown_time(judged.encode_s)
    estimate = f"{judged.ndcg:8.4f}   {low:.4f}-{high:.4f}"
    return f"{judged.label:40} {estimate} {full:6.4f} {took:>9}"


def _tell_nobody(_doing: str, _share: float) -> None:
    """Stand in for a progress that nobody asked for."""


if __name__ == "__main__":
    if len(sys.argv) < 2:  # noqa: PLR2004  the script and its data
        sys.exit(__doc__)
    main(sys.argv[1:])
