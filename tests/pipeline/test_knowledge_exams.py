from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lorewise.data.dataset import Dataset
from lorewise.pipeline.knowledge_exams import Exam, Training, Trainings
from lorewise.pipeline.knowledge_scenarios import REVEALED, TrainingName, chosen_scenarios
from lorewise.pipeline.leakage_guard import LeakageGuard
from lorewise.testing.told_world import told_world


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOREWISE_CACHE", str(tmp_path))


def training(dataset: Dataset, name: TrainingName, *scenarios: str) -> Training:
    plans = chosen_scenarios(scenarios)
    made = Trainings(dataset=dataset, plans=plans, seed=7, guard=LeakageGuard())
    assert name in made.names
    return made.training(name)


def pairs(exam: Exam) -> Mapping[int, set[int]]:
    targets = exam.bench.targets
    return {
        query: set(targets.part(query, query + 1).item_numbers.tolist())
        for query in range(len(targets))
    }


def test_people_sit_their_exams_after_one_and_the_same_training() -> None:
    world = told_world()
    people = training(world, "people")
    cold = np.setdiff1d(world.user_numbers, people.train.user_numbers)

    assert list(people.exams) == [f"cold-users-{n}" for n in REVEALED] + ["sentence", "warm"]
    assert len(cold) == world.n_users // 3
    for n_revealed in REVEALED:
        exam = people.exams[f"cold-users-{n_revealed}"]
        assert len(exam.bench.queries) == len(cold)
        assert set(exam.bench.queries.lengths) == {n_revealed}
        for query, (user, found) in enumerate(zip(cold, pairs(exam).values(), strict=True)):
            own = world.item_numbers[world.offsets[user] : world.offsets[user + 1]].tolist()
            shown = exam.bench.queries.part(query, query + 1).item_numbers.tolist()
            assert shown == own[:n_revealed]
            assert found == set(own[n_revealed:])


def test_warm_users_lose_their_last_row_alone() -> None:
    world = told_world()
    people = training(world, "people", "warm")
    warm = np.unique(people.train.user_numbers)

    assert len(people.exams["warm"].bench.queries) == len(warm)
    assert people.train.n_interactions == np.isin(world.user_numbers, warm).sum() - len(warm)


def test_without_times_warm_rows_are_held_out_at_random() -> None:
    people = training(replace(told_world(), has_times=False), "people", "warm")

    # A fifth of 14 rows, rounded down.
    assert set(people.exams["warm"].bench.targets.lengths) == {2}


def test_sentences_come_with_a_query_each() -> None:
    exam = training(told_world(), "people", "sentence").exams["sentence"]

    assert len(exam.sentences) == len(exam.bench.queries) == len(exam.bench.targets)


def test_cold_items_are_ranked_among_themselves() -> None:
    items = training(told_world(), "items")
    bench = items.exams["cold-items"].bench

    assert not items.train.item_counts[bench.evaluator.catalog].any()
    assert set(bench.targets.item_numbers) <= set(bench.evaluator.catalog)


def test_what_the_data_do_not_suffice_for_is_left_out_with_the_reason() -> None:
    world = told_world()
    first_two = np.arange(world.n_interactions) < world.offsets[world.user_numbers] + 4
    people = training(world.only(first_two), "people")

    assert list(people.exams) == ["cold-users-0", "cold-users-1", "cold-users-3", "warm"]
    assert "holds nothing out" in people.left_out["cold-users-10"]
    assert "likes 8 items" in people.left_out["sentence"]


def test_a_training_part_that_cannot_be_made_has_no_exams() -> None:
    world = told_world()
    one_item = world.only(world.item_numbers == world.item_numbers[0])
    items = training(one_item, "items")

    assert items.exams == {}
    assert list(items.left_out) == ["cold-items"]
