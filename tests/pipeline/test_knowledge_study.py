"""Studies on a world in which lore tells what people like, with a model of words."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pytest

from lorewise.errors import DataError, SettingsError
from lorewise.evaluation.knowledge_cost import KnowledgeCost
from lorewise.evaluation.knowledge_report import KnowledgeReport
from lorewise.evaluation.knowledge_verdict import signed
from lorewise.evaluation.report import Report
from lorewise.evaluation.significance import holm
from lorewise.pipeline.knowledge_scenarios import SCENARIOS
from lorewise.pipeline.knowledge_study import KnowledgeStudySettings, knowledge_study
from lorewise.pipeline.knowledge_variants import Fits
from lorewise.pipeline.lore_controls import without_columns
from lorewise.testing.tiny import tiny_world
from lorewise.testing.told_world import FitByWords, told_world

VARIANTS = [
    "popularity",
    "none",
    "tf-idf",
    "dense",
    "lore without reception",
    "lore",
    "permuted",
    "random",
]
COST = KnowledgeCost(n_items=80, n_with_provenance=80, tokens=24_000, usd=0.0336)


@dataclass(frozen=True)
class Done:
    report: KnowledgeReport
    fit: FitByWords


@cache
def whole() -> Done:
    """Return the study of all scenarios; made once for all tests."""
    fit = FitByWords()
    return Done(knowledge_study(told_world(), cost=COST, fits=all_readings(fit)), fit)


def all_readings(fit: FitByWords) -> Fits:
    return {"both": fit, "words": fit, "meaning": fit}


def study(*scenarios: str, **chosen: Any) -> Done:
    fit = FitByWords()
    settings = KnowledgeStudySettings(scenarios=scenarios, **chosen)
    return Done(knowledge_study(told_world(), settings, fits=all_readings(fit)), fit)


def test_each_variant_is_fitted_once_for_each_training_part() -> None:
    fit = whole().fit

    assert len(fit.calls) == len(VARIANTS) * 3
    assert fit.calls == (["popularity"] + [None] * (len(VARIANTS) - 1)) * 3
    by_part = [fit.datasets[start : start + len(VARIANTS)] for start in (0, 8, 16)]
    for part in by_part:
        assert len({dataset.item_numbers.tobytes() for dataset in part}) == 1


def test_the_table_has_a_cell_for_each_pair() -> None:
    table = whole().report.study

    assert [scenario.name for scenario in table.scenarios] == list(SCENARIOS)
    assert [variant.name for variant in table.variants] == VARIANTS
    found = [(cell.scenario, cell.variant) for cell in table.cells]
    assert found == [(scenario, variant) for scenario in SCENARIOS for variant in VARIANTS]
    assert table.left_out == {}


def test_gains_are_paired_differences_to_none_corrected_within_the_scenario() -> None:
    table = whole().report.study

    for scenario in SCENARIOS:
        none = table.cell(scenario, "none")
        assert none.gain is None
        gains = [cell.gain for cell in table.cells if cell.scenario == scenario and cell.gain]
        assert len(gains) == len(VARIANTS) - 1
        for gain in gains:
            value = table.cell(scenario, gain.algorithm).value
            assert gain.difference == pytest.approx(value - none.value)
            assert gain.ci95[0] <= gain.difference <= gain.ci95[1]
        assert [gain.p_holm for gain in gains] == list(holm([gain.p_value for gain in gains]))


def test_lore_that_tells_what_people_like_pays_on_cold_items_and_names_its_price() -> None:
    cold = whole().report.study.scenarios[0]

    assert cold.name == "cold-items"
    assert cold.verdict.pays
    assert cold.verdict.sentence.startswith("Lore pays on cold items: +.")
    # $0.0336 for 80 items are $0.42 for 1,000.
    assert cold.verdict.sentence.endswith("at $0.42 per 1,000 items.")
    assert [control.reference for control in cold.controls] == ["permuted", "popularity"]


def test_a_sentence_is_held_against_popularity() -> None:
    table = whole().report.study

    for name in ("sentence", "sentence-tail"):
        scenario = next(found for found in table.scenarios if found.name == name)
        over = next(c for c in scenario.controls if c.reference == "popularity")
        assert scenario.verdict.pays
        assert f"over popularity {signed(over.difference)} NDCG@10" in scenario.verdict.sentence
        lore, popularity = (table.cell(name, row).value for row in ("lore", "popularity"))
        assert lore > 1.5 * popularity


def test_where_chance_explains_the_gain_lore_does_not_pay() -> None:
    table = whole().report.study

    verdict = next(found.verdict for found in table.scenarios if found.name == "cold-users-0")
    assert verdict.sentence.startswith("Lore does not pay for cold users with 0 events: ")


def test_the_tail_is_a_part_of_the_warm_exam() -> None:
    report = whole().report
    row = next(row for row in report.rows if row.algorithm == "warm: lore")

    cell = report.study.cell("tail", "lore")
    assert cell.value == pytest.approx(row.slices["tail_items"]["recall@20"])
    assert report.study.cell("warm", "lore").value == pytest.approx(row.metrics["ndcg@10"])
    assert "tail: lore" not in {found.algorithm for found in report.rows}


def test_honest_confidence_is_found_to_be_honest() -> None:
    check = whole().report.study.confidence

    assert check is not None
    assert [level.stated for level in check.levels] == ["low", "high"]
    assert check.verdict.startswith("Quality rises with stated confidence")


def test_the_report_keeps_the_form_of_all_reports() -> None:
    report = whole().report
    plain = json.loads(report.to_json())

    assert plain["protocol"] == "knowledge-study"
    assert plain["rows"][0]["algorithm"] == "cold-items: popularity"
    assert {"metrics", "ci95", "slices", "fit_cpu_s"} <= plain["rows"][0].keys()
    assert plain["study"]["scenarios"][0]["verdict"]["pays"] is True
    assert plain["study"]["cost"]["usd"] == COST.usd
    names = {row["algorithm"] for row in plain["rows"]}
    measured = {found["algorithm"] for found in plain["comparisons"]}
    parts = {name for name in measured if name.startswith(("tail", "sentence-tail"))}
    assert measured - parts <= names
    assert Report.from_json(report.to_json()).rows[0].algorithm == "cold-items: popularity"


def test_named_scenarios_alone_are_fitted_for() -> None:
    done = study("tail", "warm", algorithm="content")

    assert [found.name for found in done.report.study.scenarios] == ["tail", "warm"]
    assert done.fit.calls == ["popularity"] + ["content"] * (len(VARIANTS) - 1)
    assert done.report.study.confidence is None


def test_a_reading_that_nobody_fits_has_no_row() -> None:
    fit = FitByWords()
    settings = KnowledgeStudySettings(scenarios=["sparse"])

    report = knowledge_study(told_world(), settings, fits={"both": fit})

    rows = [variant.name for variant in report.study.variants]
    assert rows == [name for name in VARIANTS if name not in ("tf-idf", "dense")]


def test_lore_that_states_no_confidence_is_said_to() -> None:
    fit = FitByWords()
    world = without_columns(told_world(), ["lore.confidence"])
    settings = KnowledgeStudySettings(scenarios=["cold-items"])

    check = knowledge_study(world, settings, fits=all_readings(fit)).study.confidence

    assert check is not None
    assert check.verdict == "No item that could be checked states a confidence."


def test_scenarios_that_cannot_be_asked_are_left_out_with_the_reason() -> None:
    world = told_world()
    short = world.only(np.arange(world.n_interactions) < world.offsets[world.user_numbers] + 5)
    fit = FitByWords()
    settings = KnowledgeStudySettings(scenarios=["sentence", "warm"])

    table = knowledge_study(short, settings, fits=all_readings(fit)).study

    assert [found.name for found in table.scenarios] == ["warm"]
    assert list(table.left_out) == ["sentence", "sentence-tail"]
    with pytest.raises(DataError, match="no scenario can be asked; sentence: none of"):
        knowledge_study(
            short, KnowledgeStudySettings(scenarios=["sentence"]), fits=all_readings(fit)
        )


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (KnowledgeStudySettings(scenarios=["cold-itmes"]), "did you mean 'cold-items'"),
        (KnowledgeStudySettings(algorithm="rulse"), "rulse"),
    ],
)
def test_a_wrong_name_is_refused_before_anything_is_fitted(
    settings: KnowledgeStudySettings, message: str
) -> None:
    fit = FitByWords()

    with pytest.raises(SettingsError, match=message):
        knowledge_study(told_world(), settings, fits=all_readings(fit))

    assert fit.calls == []


def test_data_without_lore_are_refused() -> None:
    with pytest.raises(SettingsError, match="needs lore"):
        knowledge_study(tiny_world().dataset)


def test_progress_rises_from_0_to_1() -> None:
    told: list[tuple[str, float]] = []
    fit = FitByWords()

    knowledge_study(
        told_world(),
        KnowledgeStudySettings(scenarios=["warm", "sparse"]),
        fits=all_readings(fit),
        progress=lambda doing, share: told.append((doing, share)),
    )

    shares = [share for _, share in told]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0, 1)
    assert any(doing == "people: lore: scoring" for doing, _ in told)


def test_the_same_seed_gives_the_same_table() -> None:
    first, again = (study("sentence", seed=3).report.study for _ in range(2))

    assert first.cells == again.cells
