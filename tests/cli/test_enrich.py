import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lorewise.storage.knowledge_store import KnowledgeStore
from lorewise.testing.canned_replies import Fault
from lorewise.testing.faulty_endpoint import FaultyEndpoint

Run = Callable[..., Any]

PROMPT = """+++
kind = "{kind}"
[[facets]]
name = "mood"
about = "how it feels"
+++
Say what is known.
"""


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'lore.db'}"


@pytest.fixture
def lore(tmp_path: Path) -> Path:
    file = tmp_path / "lore.jsonl"
    lines = [{"id": key, "mood": f"mood of {key}", "confidence": "low"} for key in "bcd"]
    lines.append({"id": "07", "mood": "warm"})
    file.write_text("\n".join(map(json.dumps, lines)))
    return file


def prompt(folder: Path, kind: str) -> Path:
    file = folder / f"{kind}.md"
    file.write_text(PROMPT.format(kind=kind))
    return file


def titles(endpoint: FaultyEndpoint) -> list[str]:
    materials = [request["messages"][1]["content"] for request in endpoint.requests]
    return [it["title"] for text in materials for it in json.loads(text)["subjects"]]


def test_recorded_answers_fill_a_store_that_gives_them_back(
    run: Run, shop: Path, url: str, lore: Path, tmp_path: Path
) -> None:
    outcome = run("enrich", "items", "--data", shop, "--store", url, "--recorded", lore)
    assert outcome.code == 0
    assert outcome.out.startswith("4 items done, 0 failed, 0 left\n")
    assert "4 items: 0 done already; 4 to ask about, in 1 calls" in outcome.err
    out = tmp_path / "out.jsonl"
    assert run("knowledge", "export", "--store", url, "--out", out).code == 0
    entries = {entry["id"]: entry for entry in map(json.loads, out.read_text().splitlines())}
    assert (entries["07"]["mood"], entries["b"]["confidence"]) == ("warm", "low")
    assert entries["b"]["provenance"]["model"] == "recorded"


def test_an_endpoint_is_asked_once_and_counts_are_printed(run: Run, shop: Path, url: str) -> None:
    with FaultyEndpoint() as endpoint:
        asked = ["enrich", "items", "--data", shop, "--store", url]
        asked += ["--base-url", endpoint.base_url, "--model", "small", "--json", "--quiet"]
        first, second = run(*asked), run(*asked)
    content = json.loads(first.out)
    assert (first.code, first.err, second.code) == (0, "", 0)
    assert (content["n_done"], content["n_failed"], content["n_left"]) == (4, 0, 0)
    assert content["run"]["tokens"] == endpoint.billed_tokens
    assert (content["kind"], content["model"]) == ("item", "small")
    assert json.loads(second.out)["run"]["n_calls"] == 0
    assert endpoint.n_requests == 1


def test_the_key_comes_from_the_environment(
    run: Run, shop: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOREWISE_LLM_API_KEY", "sk-secret")
    with FaultyEndpoint() as endpoint:
        asked = ["--base-url", endpoint.base_url, "--model", "small"]
        outcome = run("enrich", "items", "--data", shop, "--store", url, *asked)
    assert endpoint.authorizations == ["Bearer sk-secret"]
    assert "sk-secret" not in outcome.out + outcome.err


def test_failures_end_with_3_and_say_why(run: Run, shop: Path, url: str, lore: Path) -> None:
    lore.write_text('{"id": "07", "mood": "warm"}\n')
    outcome = run("enrich", "items", "--data", shop, "--store", url, "--recorded", lore)
    assert outcome.code == 3
    assert outcome.out.startswith("1 items done, 3 failed, 0 left\n")
    assert "failed: b: " in outcome.out


def test_a_budget_that_ends_leaves_the_rest_and_ends_with_3(run: Run, shop: Path, url: str) -> None:
    with FaultyEndpoint() as endpoint:
        asked = ["--base-url", endpoint.base_url, "--model", "small", "--budget-tokens", 5]
        outcome = run("enrich", "items", "--data", shop, "--store", url, *asked)
    assert outcome.code == 3
    assert endpoint.n_requests == 0
    assert "0 items done, 0 failed, 4 left" in outcome.out
    assert "ended early: the next call may take" in outcome.out


def test_a_dry_run_says_what_it_takes_and_asks_nothing(run: Run, shop: Path, url: str) -> None:
    prices = ["--usd-per-million-prompt-tokens", 1, "--usd-per-million-answer-tokens", 2]
    with FaultyEndpoint() as endpoint:
        asked = ["enrich", "items", "--data", shop, "--store", url, "--dry-run", *prices]
        asked += ["--base-url", endpoint.base_url, "--model", "small", "--batch-size", 3]
        said, content = run(*asked), json.loads(run(*asked, "--json").out)
    assert endpoint.n_requests == 0
    assert said.code == 0
    assert "4 items: 0 done already; 4 to ask about, in 2 calls" in said.out
    assert "tokens ($" in said.out
    assert (content["n_calls"], content["n_to_ask"]) == (2, 4)
    assert 0 < content["usd"] < content["most_usd"]


def test_a_dry_run_says_what_is_spent_already(run: Run, shop: Path, url: str) -> None:
    with FaultyEndpoint() as endpoint:
        asked = ["enrich", "items", "--data", shop, "--store", url]
        asked += ["--base-url", endpoint.base_url, "--model", "small"]
        run(*asked, "--limit", 2)
        outcome = run(*asked, "--dry-run")
    assert f"spent already: {endpoint.billed_tokens:,} tokens" in outcome.out
    assert "4 items: 2 done already; 2 to ask about" in outcome.out


def test_users_are_asked_about_up_to_the_cut(
    run: Run, shop: Path, url: str, tmp_path: Path
) -> None:
    with FaultyEndpoint() as endpoint:
        asked = ["--base-url", endpoint.base_url, "--model", "small", "--cut", "last-1"]
        asked += ["--prompt", str(prompt(tmp_path, "users"))]
        outcome = run("enrich", "users", "--data", shop, "--store", url, *asked)
    assert outcome.code == 0
    told = endpoint.requests[0]["messages"][1]["content"]
    assert "Lamp" in told
    assert told.count("liked") == 3  # of two events each, one is left out
    with KnowledgeStore.open(url) as store:
        assert [it.provenance.n_events for it in store.latest("user") if it.provenance] == [1] * 3


def test_names_do_not_leave(run: Run, shop: Path, url: str, tmp_path: Path) -> None:
    (shop / "users.csv").write_text("user_id,about\nann,Ann Lee collects lamps\nbob,Likes rugs\n")
    names = tmp_path / "names.txt"
    names.write_text("Ann Lee\n\n")
    with FaultyEndpoint() as endpoint:
        asked = ["--base-url", endpoint.base_url, "--model", "small", "--names", names]
        run("enrich", "users", "--data", shop, "--store", url, *asked)
    told = endpoint.requests[0]["messages"][1]["content"]
    assert "collects lamps" in told
    assert "Ann Lee" not in told


def test_the_neediest_go_first(run: Run, shop: Path, url: str) -> None:
    with FaultyEndpoint() as endpoint:
        asked = ["--base-url", endpoint.base_url, "--model", "small", "--most-needed"]
        one_by_one = ["--batch-size", 1, "--concurrency", 1]
        run("enrich", "items", "--data", shop, "--store", url, *asked, *one_by_one)
    assert titles(endpoint)[0] == "Sofa"  # the only one without an event


def test_the_audience_is_asked_for_cold_items_alone(run: Run, shop: Path, url: str) -> None:
    with FaultyEndpoint() as endpoint:
        asked = ["--base-url", endpoint.base_url, "--model", "small", "--audience"]
        outcome = run("enrich", "items", "--data", shop, "--store", url, *asked)
    assert outcome.out.startswith("1 audiences done")
    assert titles(endpoint) == ["Sofa"]
    assert "groups" in endpoint.requests[0]["messages"][0]["content"]


def test_a_fit_reads_what_is_known_of_items_and_of_their_audience(
    run: Run, recommender: Any, shop: Path, url: str, tmp_path: Path
) -> None:
    asked = ["enrich", "items", "--data", shop, "--store", url, "--model", "small"]
    with FaultyEndpoint() as endpoint:
        asked += ["--base-url", endpoint.base_url]
        outcomes = [run(*asked), run(*asked, "--audience"), run(*asked)]
    assert [outcome.code for outcome in outcomes] == [0, 0, 0]
    assert outcomes[-1].out.startswith("4 items done, 0 failed, 0 left\nthis run: 0 calls")
    out = tmp_path / "lore.jsonl"
    run("knowledge", "export", "--store", url, "--out", out)
    assert run("fit", "--data", shop, "--knowledge", out, "--out", tmp_path / "m").code == 0
    table = recommender.calls[0]["dataset"].item_table.sort("item_id")
    titles = table["title"].to_list()
    assert table["lore.mood"].to_list() == [f"mood of {title}" for title in titles]
    assert table["lore.groups"].to_list() == [None, None, None, "groups of Sofa"]


def test_a_joined_export_answers_both_questions_again(
    run: Run, shop: Path, url: str, tmp_path: Path
) -> None:
    file = tmp_path / "lore.jsonl"
    told = {"id": "d", "kind": "sofa", "groups": ["sitters"], "confidence": "low"}
    file.write_text(json.dumps(told) + "\n")
    asked = ["enrich", "items", "--data", shop, "--store", url, "--recorded", file]
    run(*asked)
    run(*asked, "--audience")
    out = tmp_path / "out.jsonl"
    run("knowledge", "export", "--store", url, "--out", out)
    (line,) = map(json.loads, out.read_text().splitlines())
    assert line.pop("provenance")["model"] == "recorded"
    assert line == told


def test_a_chinese_catalog_is_asked_about_in_chinese(run: Run, shop: Path, url: str) -> None:
    (shop / "items.csv").write_text("item_id,title\n07,台灯\nb,羊毛地毯\nc,椅子\nd,沙发\n")
    with FaultyEndpoint() as endpoint:
        asked = ["--base-url", endpoint.base_url, "--model", "small", "--domain", "shop"]
        run("enrich", "items", "--data", shop, "--store", url, *asked)
    assert "不" in endpoint.requests[0]["messages"][0]["content"]


def test_the_log_of_one_store_fills_another_without_a_model(
    run: Run, shop: Path, url: str, tmp_path: Path
) -> None:
    with FaultyEndpoint() as endpoint:
        asked = ["--base-url", endpoint.base_url, "--model", "small"]
        run("enrich", "items", "--data", shop, "--store", url, *asked)
    other = f"sqlite:///{tmp_path / 'other.db'}"
    asked = ["--recorded", url, "--model", "small"]
    outcome = run("enrich", "items", "--data", shop, "--store", other, *asked)
    assert outcome.code == 0
    with KnowledgeStore.open(url) as made, KnowledgeStore.open(other) as repeated:
        assert [it.facets for it in made.latest("item")] == [
            it.facets for it in repeated.latest("item")
        ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "which model? give one of --base-url, --gguf and --recorded"),
        (["--base-url", "http://x/v1", "--gguf", "x.gguf"], "which model?"),
        (["--base-url", "http://x/v1"], "--base-url needs --model"),
        (["--recorded", "x", "--budget-usd", "1"], "cannot be kept without prices"),
        (["--recorded", "x", "--usd-per-million-prompt-tokens", "1"], "one price is missing"),
        (["--recorded", "x", "--cut", "last-1"], "--cut is about histories"),
    ],
)
def test_wrong_use_is_said_before_anything_is_read(
    run: Run, url: str, tmp_path: Path, arguments: list[str], said: str
) -> None:
    outcome = run("enrich", "items", "--data", tmp_path / "none", "--store", url, *arguments)
    assert outcome.code == 2
    assert said in outcome.err


def test_the_audience_of_users_is_wrong_use(run: Run, shop: Path, url: str, lore: Path) -> None:
    asked = ["--recorded", lore, "--audience"]
    outcome = run("enrich", "users", "--data", shop, "--store", url, *asked)
    assert (outcome.code, "--audience is about cold items" in outcome.err) == (2, True)


def test_a_prompt_for_users_is_refused_for_items(
    run: Run, shop: Path, url: str, lore: Path, tmp_path: Path
) -> None:
    asked = ["--recorded", lore, "--prompt", prompt(tmp_path, "users")]
    outcome = run("enrich", "items", "--data", shop, "--store", url, *asked)
    assert outcome.code == 2
    assert "is a prompt for users, but items are asked about" in outcome.err


def test_a_refused_key_is_wrong_use_and_leaves_everything_to_the_next_run(
    run: Run, shop: Path, url: str
) -> None:
    with FaultyEndpoint([Fault.UNKNOWN_KEY]) as endpoint:
        asked = ["--base-url", endpoint.base_url, "--model", "small"]
        refused = run("enrich", "items", "--data", shop, "--store", url, *asked)
        outcome = run("enrich", "items", "--data", shop, "--store", url, *asked)
    assert refused.code == 2
    assert "LOREWISE_LLM_API_KEY" in refused.err
    assert outcome.code == 0


PROGRAM = "import sys; from lorewise.cli.main import main; sys.exit(main())"


def started(shop: Path, url: str, endpoint: FaultyEndpoint) -> subprocess.Popen[str]:
    asked = ["--base-url", endpoint.base_url, "--model", "small", "--json", "--quiet"]
    words = ["enrich", "items", "--data", str(shop), "--store", url, *asked]
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *words, "--batch-size", "1", "--concurrency", "1"],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"LOREWISE_DEBUG": "0"},
    )
    deadline = time.monotonic() + 60
    while not endpoint.n_requests and time.monotonic() < deadline:
        time.sleep(0.01)
    return process


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_lets_the_call_in_flight_end(shop: Path, url: str, number: int) -> None:
    with FaultyEndpoint(latency_s=1.0) as endpoint:
        process = started(shop, url, endpoint)
        process.send_signal(number)
        content = json.loads(process.communicate(timeout=60)[0])
    assert process.returncode == 3
    assert (content["n_done"], content["n_left"], content["reason"]) == (1, 3, "interrupted")


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_second_signal_does_not_wait(shop: Path, url: str, number: int) -> None:
    with FaultyEndpoint([Fault.HANG], hang_s=60.0) as endpoint:
        process = started(shop, url, endpoint)
        process.send_signal(number)
        time.sleep(0.5)
        assert process.poll() is None
        process.send_signal(number)
        process.communicate(timeout=20)
    assert process.returncode in {130, -signal.SIGINT, -signal.SIGTERM}
