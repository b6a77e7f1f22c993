"""What comes after one moment in time, as a deployed recommender meets it.

    python benchmarks/temporal.py DATA_DIR [--effort balanced] [--algorithms fusion,rules,...]

The latest fifth of all events is held out, of users who did something before; the whole catalog is
ranked, less what they met. Nobody learns from the future of anybody, unlike with last events. What
was popular in the last week stands beside the models: on such splits it is hard to beat (Time to
Split, RecSys 2025).
"""

import argparse
from functools import partial

from measuring import print_machine

from lorewise.cli.table_text import table_text
from lorewise.data.sources import read
from lorewise.evaluation.table import metrics_table, slices_table
from lorewise.pipeline.fit import fit_scorer
from lorewise.pipeline.study import evaluate

ALGORITHMS = "fusion,sequential_linear,linear,als,rules,neighbors,popularity"
WEEK_DAYS = 7.0


def main() -> None:
    """Print the comparison."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data")
    parser.add_argument("--effort", choices=("fast", "balanced", "best"), default="fast")
    parser.add_argument("--algorithms", default=ALGORITHMS)
    parser.add_argument("--seed", type=int, default=42)
    options = parser.parse_args()
    print_machine()
    report = evaluate(
        read(options.data),
        "temporal",
        options.algorithms.split(","),
        seed=options.seed,
        effort=options.effort,
        fit=partial(
            fit_scorer, tuned={"popularity": {"half_life_days": WEEK_DAYS}}, hold_out="temporal"
        ),
    )
    print(table_text([metrics_table(report), slices_table(report)]))


if __name__ == "__main__":
    main()
