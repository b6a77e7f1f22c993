from pathlib import Path

import numpy as np
import pytest
from leave_last_out import absent_text, measured_rows, wanted
from leave_last_out_table import table
from peers.contenders import peer, peer_models
from peers.environments import UnavailablePeerError
from peers.exchange import LIST_LENGTH, Answer, SplitFolder
from peers.space import Settings
from peers.tuning import Contender
from split_folder import split_of

from lorewise.testing.tiny import tiny_world


def popular(split: SplitFolder, fit_on: str) -> Answer:
    """Answer everybody with the items most met, less those the user has met."""
    known, users = split.known(fit_on), split.wanted(fit_on).users
    order = np.argsort(-np.bincount(known.items, minlength=known.n_items), kind="stable")
    lists = np.full((len(users), LIST_LENGTH), -1, dtype=np.int32)
    for row, user in enumerate(users):
        fresh = order[~np.isin(order, known.items_of(user))][:LIST_LENGTH]
        lists[row, : len(fresh)] = fresh
    return Answer(users=users, lists=lists, version="0", cpu_s=1, peak_mb=1, users_per_s=1)


def test_by_default_all_peers_are_asked_and_ours_with_texts() -> None:
    options = wanted(None, ["folder"])
    assert options.peers == list(peer_models())
    assert options.ours == ["fusion:balanced"]
    assert (options.trials, options.seeds, options.shuffle_ties) == (10, [1], None)


def test_choices_are_read(tmp_path: Path) -> None:
    given = "folder --trials 3 --seeds 1,2 --peers ease,implicit --ours linear:ids --shuffle-ties 5"
    options = wanted(None, given.split())
    assert options.peers == ["ease", "implicit-als", "implicit-bpr", "implicit-bm25"]
    assert (options.trials, options.seeds, options.shuffle_ties) == (3, [1, 2], 5)
    assert options.ours == ["linear:ids"]


@pytest.mark.parametrize("bad", [["--peers", "none"], ["--ours", "fusion:hard"], ["--trials", "0"]])
def test_a_slip_is_refused_before_any_work(
    bad: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        wanted(None, ["folder", *bad])
    assert "error" in capsys.readouterr().err


def test_every_model_has_a_row_or_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    split = split_of(tiny_world().dataset, "tiny")

    def installed(name: str) -> Contender:
        if name.startswith("lightfm"):
            raise UnavailablePeerError("lightfm: ERROR: no wheel")
        return peer(name)

    def ask(contender: Contender, _settings: Settings, fit_on: str, _seed: int) -> Answer:
        if contender.name == "rules":
            raise UnavailablePeerError("rules ended with 1: no memory")
        return popular(split, fit_on)

    monkeypatch.setattr("leave_last_out.peer", installed)
    options = wanted(None, ["folder", "--trials", "2", "--peers", "ease,rules,lightfm"])
    rows, absent = measured_rows(options, split, ask)
    assert [row.tuned.contender.name for row in rows] == ["lorewise fusion:balanced", "ease"]
    assert len(table(rows, split).splitlines()) == 4
    assert absent_text(absent).splitlines()[1:] == [
        "rules: rules ended with 1: no memory",
        "lightfm-warp: lightfm: ERROR: no wheel",
    ]


def test_where_nobody_is_missing_it_says_so() -> None:
    assert absent_text([]) == "left out: nobody"
