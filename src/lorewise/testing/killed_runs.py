"""Runs `lorewise enrich` in processes of its own, kills them, and says what that cost."""

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lorewise.data.knowledge import Facets
from lorewise.storage.knowledge_store import KnowledgeStore
from lorewise.testing.faulty_endpoint import FaultyEndpoint

BATCH_SIZE = 4
CONCURRENCY = 4
MOST_CALLS = 24
"""Before a kill, in each run."""

LATENCY_S = 0.02
PATIENCE_S = 120.0
"""For a run to get as far as it shall."""

_PROGRAM = "import sys; from lorewise.cli.main import main; sys.exit(main())"
_PROMPT = """+++
kind = "items"
[[facets]]
name = "mood"
about = "how it feels"
+++
Say what is known.
"""


@dataclass(frozen=True, kw_only=True)
class KillReport:
    """What kills did to a job, in the end."""

    n_kills: int
    n_interrupted: int
    """Calls that were in flight at the kills, as the ledger says."""

    n_repeated: int
    """Subjects that the endpoint was asked about more than once, once for each time more."""

    n_repeated_although_stored: int
    """Subjects that were asked about although an earlier run had stored them."""

    n_different: int
    """Subjects of which the store holds something else than after an unbroken run."""


def killed_runs(folder: Path, n_kills: int, rng: np.random.Generator) -> KillReport:
    """Kill so many runs of one job, let the last one end, and compare with an unbroken run.

    Each is killed at a random moment after a random number of calls.
    """
    n_items = n_kills * MOST_CALLS * BATCH_SIZE
    write_films(folder, n_items)
    stored: set[str] = set()
    n_repeated_although_stored = 0
    with FaultyEndpoint(latency_s=LATENCY_S) as endpoint:
        for _ in range(n_kills):
            before = endpoint.asked.copy()
            _killed(_started(folder, "killed", endpoint), endpoint, rng)
            n_repeated_although_stored += sum(endpoint.asked[it] > before[it] for it in stored)
            stored = {f"Film number {key}" for key in facets_in(folder, "killed")}
        _ended(_started(folder, "killed", endpoint))
        n_repeated = endpoint.asked.total() - len(endpoint.asked)
    with FaultyEndpoint() as endpoint:
        _ended(_started(folder, "unbroken", endpoint))
    killed, unbroken = facets_in(folder, "killed"), facets_in(folder, "unbroken")
    return KillReport(
        n_kills=n_kills,
        n_interrupted=_n_interrupted(folder),
        n_repeated=n_repeated,
        n_repeated_although_stored=n_repeated_although_stored,
        n_different=sum(killed.get(key) != unbroken.get(key) for key in killed | unbroken)
        + n_items
        - len(unbroken),
    )


def write_films(folder: Path, n_items: int) -> None:
    """Write a folder of data with so many items, and a short prompt beside it."""
    films = "\n".join(f"{number},Film number {number}" for number in range(n_items))
    (folder / "items.csv").write_text(f"item_id,title\n{films}\n")
    (folder / "interactions.csv").write_text("user_id,item_id\nann,0\nbob,0\n")
    (folder / "prompt.md").write_text(_PROMPT)


def facets_in(folder: Path, name: str) -> dict[str, Facets]:
    """Return what a store holds of each subject."""
    with KnowledgeStore.open(_url(folder, name)) as store:
        return {entry.subject_id: entry.facets for entry in store.latest("item")}


def _url(folder: Path, name: str) -> str:
    return f"sqlite:///{folder / name}.db"


def _n_interrupted(folder: Path) -> int:
    with KnowledgeStore.open(_url(folder, "killed")) as store:
        return store.call_counts().get("interrupted", 0)


def _started(folder: Path, name: str, endpoint: FaultyEndpoint) -> subprocess.Popen[str]:
    options = {
        "--data": folder,
        "--store": _url(folder, name),
        "--base-url": endpoint.base_url,
        "--model": "small",
        "--prompt": folder / "prompt.md",
        "--batch-size": BATCH_SIZE,
        "--concurrency": CONCURRENCY,
    }
    words = [str(word) for option in options.items() for word in option]
    return subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, "enrich", "items", *words, "--json", "--quiet"],
        stdout=subprocess.PIPE,
        text=True,
    )


def _killed(run: subprocess.Popen[str], endpoint: FaultyEndpoint, rng: np.random.Generator) -> None:
    """Kill a run at a random moment; it must not have ended before."""
    n_requests = endpoint.n_requests + int(rng.integers(MOST_CALLS))
    deadline = time.monotonic() + PATIENCE_S
    while endpoint.n_requests < n_requests and time.monotonic() < deadline:
        time.sleep(0.001)
    time.sleep(rng.uniform(0.0, 2 * LATENCY_S))
    run.kill()
    run.communicate()
    if run.returncode >= 0:
        raise RuntimeError(f"the run ended with {run.returncode} before it was killed")


def _ended(run: subprocess.Popen[str]) -> None:
    answer, _ = run.communicate(timeout=PATIENCE_S)
    if run.returncode or json.loads(answer)["n_left"]:
        raise RuntimeError(f"the last run ended with {run.returncode}: {answer}")
