from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "lorewise.toml"


def test_a_file_gives_what_the_command_line_leaves_out(
    run: Run, recommender: Any, shop: Path, config: Path, tmp_path: Path
) -> None:
    config.write_text(f'data = "{shop}"\neffort = "best"\nseed = 7\non-error = "skip"\n')
    assert run("fit", "--config", config, "--out", tmp_path / "m", "--seed", "8").code == 0
    (call,) = recommender.calls
    assert (call["effort"], call["seed"], call["dataset"].n_users) == ("best", 8, 3)


def test_a_table_of_the_command_goes_before_the_top_and_others_are_ignored(
    run: Run, recommender: Any, config: Path
) -> None:
    config.write_text(
        'model = "m"\nk = 3\ninclude_seen = true\n[recommend]\nk = 4\n[fit]\nseed = 7\n'
    )
    assert run("recommend", "--users", "all", "--config", config).code == 0
    assert recommender.calls[0]["k"] == 4
    assert recommender.calls[0]["include_seen"] is True


def test_a_command_of_a_group_has_its_table_in_that_of_the_group(
    run: Run, config: Path, tmp_path: Path
) -> None:
    store, lore = f"sqlite:///{tmp_path}/lore.db", tmp_path / "lore.jsonl"
    lore.write_text('{"id": "7", "mood": "calm"}\n')
    config.write_text(
        f'[knowledge]\nstore = "{store}"\nkind = "user"\n[knowledge.export]\nkind = "audience"\n'
        f'out = "{tmp_path}/out.jsonl"\n[fit]\nseed = 7\n[knowledge.show]\nkind = "item"\n'
    )
    imported = run("knowledge", "import", "--config", config, lore)
    assert (imported.code, imported.out) == (0, "knowledge about 1 users stored\n")
    assert run("knowledge", "export", "--config", config).out.startswith("knowledge about 0 aud")
    chosen = run("knowledge", "export", "--config", config, "--kind", "user")
    assert chosen.out.startswith("knowledge about 1 users")


def test_an_unknown_key_of_a_groups_table_is_refused(run: Run, config: Path) -> None:
    config.write_text("[knowledge]\nstroe = 's'\n")
    outcome = run("knowledge", "verify", "--config", config)
    assert outcome.code == 2
    assert "unknown key 'stroe'; the nearest known is 'store'" in outcome.err


def test_the_table_of_a_group_is_not_for_other_commands(
    run: Run, recommender: Any, config: Path
) -> None:
    config.write_text("[knowledge]\nstore = 's'\n[knowledge.diff]\nkind = 'user'\n")
    run("recommend", "--config", config, "--model", "m", "--users", "all")
    assert len(recommender.calls) == 1


def test_a_list_is_its_values_joined_by_commas(run: Run, recommender: Any, config: Path) -> None:
    config.write_text('model = "m"\nhistory = ["07", "b"]\n')
    run("recommend", "--config", config)
    assert recommender.calls[0]["history"] == ["07", "b"]


@pytest.mark.parametrize("given", ['"{0}"', '["{0}"]', '["{0}", "{1}"]'])
def test_a_file_or_a_list_of_files_names_the_knowledge(
    run: Run, recommender: Any, shop: Path, config: Path, tmp_path: Path, given: str
) -> None:
    general, own = tmp_path / "a,b.jsonl", tmp_path / "own.jsonl"
    general.write_text('{"id": "07", "mood": "warm"}\n')
    own.write_text('{"id": "07", "use": "reading"}\n')
    config.write_text(f"data = '{shop}'\nknowledge = {given.format(general, own)}\n")
    assert run("fit", "--config", config, "--out", tmp_path / "m").code == 0
    both = ("lore.mood", "lore.use")
    (call,) = recommender.calls
    assert call["dataset"].lore_columns == (both if "{1}" in given else both[:1])


def test_an_unknown_key_is_refused_with_the_nearest_known(run: Run, config: Path) -> None:
    config.write_text("sed = 7\n")
    outcome = run("fit", "--config", config, "--data", "d", "--out", "m")
    assert outcome.code == 2
    assert "unknown key 'sed'; the nearest known is 'seed'" in outcome.err


def test_an_unknown_key_of_the_commands_table_is_refused_too(run: Run, config: Path) -> None:
    config.write_text("[fit]\neffrot = 'fast'\n")
    outcome = run("fit", "--config", config, "--data", "d", "--out", "m")
    assert outcome.code == 2
    assert "'effort'" in outcome.err


def test_a_file_cannot_name_another_file(run: Run, config: Path) -> None:
    config.write_text('config = "other.toml"\n')
    outcome = run("fit", "--config", config, "--data", "d", "--out", "m")
    assert outcome.code == 2
    assert "unknown key 'config'" in outcome.err


def test_a_value_of_a_wrong_type_is_refused_by_the_options_name(run: Run, config: Path) -> None:
    config.write_text('k = "many"\n')
    outcome = run("recommend", "--config", config, "--model", "m", "--users", "all")
    assert outcome.code == 2
    assert "--k" in outcome.err


@pytest.mark.parametrize("content", [b"seed 7", b"\xff"])
def test_a_file_that_is_not_toml_is_refused_by_name(run: Run, config: Path, content: bytes) -> None:
    config.write_bytes(content)
    outcome = run("fit", "--config", config, "--data", "d", "--out", "m")
    assert outcome.code == 2
    assert "lorewise.toml is not TOML" in outcome.err


def test_a_missing_file_is_refused(run: Run, tmp_path: Path) -> None:
    outcome = run("fit", "--config", tmp_path / "absent.toml", "--data", "d", "--out", "m")
    assert outcome.code == 2
    assert "absent.toml" in outcome.err
