"""Lorewise beside equally tuned models of other packages, all on one split, in one run.

Each model has the same number of trials, judged by NDCG@10 on the validation events; then it is
fitted on all but the test with its best settings, and the test is looked at once. Each fit is a
process of its own, in an environment with its package alone. The whole catalog is ranked, less
what the user has met; all lists are judged here, by the same code. A peer that cannot be installed
or fitted is named with the reason. See ``peers`` for the models and their search spaces.
"""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from leave_last_out_table import (
    Published,
    Row,
    published_text,
    settings_text,
    table,
    validation_ndcg,
)
from measuring import print_machine
from peers.contenders import OURS_FORM, chosen_peers, our_models, peer, peer_models
from peers.environments import UnavailablePeerError
from peers.exchange import SplitFolder, write_split
from peers.tuning import Ask, Asking, Contender, last_fits, tune
from split_folder import check_recorded, dataset_of, name_of, split_of


def wanted(description: str | None, arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Return what the command line says."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", help="a folder that Lorewise reads")
    parser.add_argument(
        "--trials", type=int, default=10, help="of each model with settings to choose; 10"
    )
    parser.add_argument(
        "--seeds", type=_numbers, default=[1], help="of the last fits, as 1,2,3; the first draws"
    )
    parser.add_argument(
        "--peers", type=_words, default=list(peer_models()), help="as ease,implicit; all of them"
    )
    parser.add_argument(
        "--ours",
        type=_words,
        default=["fusion:balanced"],
        help=f"as {OURS_FORM},...; 'fusion"
        ":balanced'; with ids the model knows no texts of items, like the peers",
    )
    parser.add_argument("--shuffle-ties", type=int, metavar="SEED", help="else file order counts")
    parser.add_argument("--keep", type=float, default=1.0, help="of each user's training events; 1")
    parser.add_argument("--threads", type=int, default=1, help="of each fit; 1")
    parser.add_argument(
        "--work",
        type=Path,
        help="keep answers here, and take those that lie here; remove it when Lorewise has changed",
    )
    options = parser.parse_args(arguments)
    if options.trials < 1 or not options.seeds:
        parser.error("--trials is at least 1, and --seeds names at least one")
    try:
        options.peers = chosen_peers(options.peers)
        list(our_models(options.ours, {}))
    except ValueError as error:
        parser.error(str(error))
    return options


def compare(description: str | None, published: Sequence[Published]) -> None:
    """Print the comparison that the command line asks for."""
    options = wanted(description)
    print_machine()
    dataset = dataset_of(options.data, options.shuffle_ties)
    name = name_of(options.data, options.shuffle_ties, options.keep)
    split = split_of(dataset, name, options.keep)
    is_recorded = check_recorded(split)
    print(
        f"{split.name}: {dataset.n_users} users, {dataset.n_items} items, "
        f"{dataset.n_interactions} events; SHA-256 of the split {split.digest}, "
        f"{'as recorded' if is_recorded else 'not recorded'}\n{options.trials} trials, seeds "
        f"{options.seeds}, {options.threads} threads a fit",
        flush=True,
    )
    with TemporaryDirectory() as folder:
        work = (options.work or Path(folder)).absolute()
        write_split(work / "split", split)
        ask = Asking(
            split=work / "split", digest=split.digest, work=work, n_threads=options.threads
        )
        rows, absent = measured_rows(options, split, ask)
    for part in (*_results(rows, split), absent_text(absent), published_text(published)):
        print(f"\n{part}")


def _results(rows: Sequence[Row], split: SplitFolder) -> Iterator[str]:
    if rows:
        yield table(rows, split)
        yield settings_text(rows)


def measured_rows(
    options: argparse.Namespace, split: SplitFolder, ask: Ask
) -> tuple[list[Row], list[str]]:
    """Return a row for each model that could be measured, and why the others could not."""
    rows, absent = [], []
    about = {
        "data": str(Path(options.data).absolute()),
        "shuffle_ties": options.shuffle_ties,
        "keep": options.keep,
    }
    ours = {contender.name: contender for contender in our_models(options.ours, about)}
    for name in (*ours, *options.peers):
        try:
            contender = ours.get(name) or peer(name)
            rows.append(measured_row(contender, options, split, ask))
        except UnavailablePeerError as error:
            print(f"{name} is left out: {error}", flush=True)
            absent.append(f"{name}: {error}")
    return rows, absent


def measured_row(
    contender: Contender, options: argparse.Namespace, split: SplitFolder, ask: Ask
) -> Row:
    """Tune the model, fit it for the test and keep its answers."""
    tuned = tune(
        contender,
        ask,
        lambda answer: validation_ndcg(answer, split),
        n_trials=options.trials,
        seed=options.seeds[0],
    )
    return Row(tuned=tuned, answers=last_fits(tuned, ask, options.seeds))


def absent_text(absent: Sequence[str]) -> str:
    """Return who is missing from the table, and why."""
    return "\n".join(["left out:", *absent]) if absent else "left out: nobody"


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _numbers(text: str) -> list[int]:
    return [int(word) for word in _words(text)]
