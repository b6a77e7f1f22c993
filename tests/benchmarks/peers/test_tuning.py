import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from peers.asking import Model, Recommend
from peers.contenders import peer
from peers.environments import UnavailablePeerError
from peers.exchange import LIST_LENGTH, Answer, Events, write_split
from peers.space import Between, Settings, Space
from peers.tuning import Asking, Contender, last_fits, tune
from split_folder import split_of

from lorewise.testing.tiny import tiny_world


def no_fit(events: Events, settings: Settings, seed: int) -> Recommend:
    raise NotImplementedError


MODEL = Model(fit=no_fit, space={"x": Between(1, 100)}, start={"x": 50.0, "kept": True})


def fake(model: Model = MODEL) -> Contender:
    return Contender(
        name="fake", module="peers.fake", key="fake", model=model, python=Path("nowhere")
    )


class FakeProcess:
    """Answers with the setting x as its only figure; fails as often as it is told to."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.asked: list[tuple[Settings, str, int]] = []

    def __call__(self, contender: Contender, settings: Settings, fit_on: str, seed: int) -> Answer:
        self.asked.append((settings, fit_on, seed))
        if len(self.asked) <= self.failures:
            raise UnavailablePeerError(f"failure {len(self.asked)}")
        return Answer(
            users=np.array([0], dtype=np.int32),
            lists=np.zeros((1, LIST_LENGTH), dtype=np.int32),
            version="0",
            cpu_s=float(settings.get("x", 0)),
            peak_mb=1,
            users_per_s=1,
        )


def nearness_to_20(answer: Answer) -> float:
    return -abs(answer.cpu_s - 20)


def test_all_trials_are_made_the_start_first_and_the_best_is_kept() -> None:
    ask = FakeProcess()
    tuned = tune(fake(), ask, nearness_to_20, n_trials=8, seed=3)
    tried = [settings for settings, _, _ in ask.asked]
    assert tried[0] == MODEL.start
    assert len({settings["x"] for settings in tried}) == 8
    assert all(settings["kept"] for settings in tried)
    assert all((fit_on, seed) == ("train", 3) for _, fit_on, seed in ask.asked)
    assert tuned.settings == min(tried, key=lambda settings: abs(settings["x"] - 20))
    assert tuned.quality == -abs(tuned.settings["x"] - 20)
    assert tuned.n_trials == 8


def test_the_same_seed_draws_the_same_settings_and_more_trials_begin_alike() -> None:
    short, long, other = FakeProcess(), FakeProcess(), FakeProcess()
    tune(fake(), short, nearness_to_20, n_trials=3, seed=1)
    tune(fake(), long, nearness_to_20, n_trials=5, seed=1)
    tune(fake(), other, nearness_to_20, n_trials=3, seed=2)
    assert long.asked[:3] == short.asked
    assert other.asked[1:] != short.asked[1:]


@pytest.mark.parametrize(("space", "n_trials"), [({}, 5), (MODEL.space, 1)])
def test_where_there_is_nothing_to_choose_between_there_is_no_trial(
    space: Space, n_trials: int
) -> None:
    ask, start = FakeProcess(), {"x": 3.0}
    contender = fake(Model(fit=no_fit, space=space, start=start))
    tuned = tune(contender, ask, nearness_to_20, n_trials=n_trials, seed=1)
    assert not ask.asked
    assert (tuned.settings, tuned.n_trials) == (start, 0)


def test_a_failed_trial_counts_without_a_figure() -> None:
    ask = FakeProcess(failures=2)
    tuned = tune(fake(), ask, nearness_to_20, n_trials=4, seed=1)
    assert len(ask.asked) == 4
    assert tuned.settings in [settings for settings, _, _ in ask.asked[2:]]


def test_a_model_whose_trials_all_fail_is_unavailable() -> None:
    with pytest.raises(UnavailablePeerError, match="failure 3"):
        tune(fake(), FakeProcess(failures=3), nearness_to_20, n_trials=3, seed=1)


def test_the_test_is_asked_for_once_a_seed_and_once_in_all_without_chance() -> None:
    ask = FakeProcess()
    tuned = tune(fake(), ask, nearness_to_20, n_trials=2, seed=1)
    ask.asked.clear()
    assert len(last_fits(tuned, ask, [1, 2])) == 2
    assert ask.asked == [(tuned.settings, "train+validation", seed) for seed in (1, 2)]
    ask.asked.clear()
    sure = replace(tuned, contender=fake(replace(MODEL, is_random=False)))
    assert len(last_fits(sure, ask, [1, 2])) == 1


def asking(folder: Path) -> Asking:
    split = split_of(tiny_world().dataset, "tiny")
    write_split(folder / "split", split)
    return Asking(split=folder / "split", digest=split.digest, work=folder / "work", n_threads=1)


def test_a_process_answers_once_and_is_remembered(tmp_path: Path) -> None:
    ask, contender = asking(tmp_path), peer("ease")
    found = ask(contender, {"ridge": 2.0}, "train", 1)
    split = split_of(tiny_world().dataset, "tiny")
    assert np.array_equal(found.users, split.validation.users)
    assert found.version == np.__version__
    assert found.cpu_s > 0
    assert found.peak_mb > 10
    gone = replace(contender, python=tmp_path / "no-python")
    again = ask(gone, {"ridge": 2.0}, "train", 1)
    assert np.array_equal(again.lists, found.lists)
    with pytest.raises(FileNotFoundError):
        ask(gone, {"ridge": 3.0}, "train", 1)


def test_a_process_that_fails_says_why(tmp_path: Path) -> None:
    contender = replace(peer("ease"), python=Path(sys.executable), module="peers.nothing")
    with pytest.raises(UnavailablePeerError, match=r"ease ended with 1: .*peers\.nothing"):
        asking(tmp_path)(contender, {}, "train", 1)
