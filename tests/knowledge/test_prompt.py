"""Prompts: our own, and those that users write."""

import json
import re
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from lorewise.errors import SettingsError
from lorewise.knowledge.prompt import DOMAINS, LANGUAGES, PROMPT_KINDS, Domain, Prompt, PromptKind

EVERY = list(product(DOMAINS, PROMPT_KINDS, LANGUAGES))
MINE = '+++\nkind = "items"\n[[facets]]\nname = "mood"\nabout = "how it feels"\n+++\nSay it.\n'
WHAT_ITEMS_ARE_ASKED = {
    "generic": "creators people brand setting use themes mood style audience complements "
    "substitutes similar reception",
    "shop": "kind brand_note properties use suits concerns complements substitutes similar "
    "standing",
    "social": "topics people community tone audience similar reception",
    "film_music": "creators people franchise setting themes mood style audience similar reception",
    "smart_home": "room time_of_day activity goes_with comfort safety",
}


def written(folder: Path, text: str) -> Path:
    path = folder / "mine.md"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(("domain", "kind", "language"), EVERY)
def test_each_prompt_asks_for_its_kind_in_its_language(
    domain: Domain, kind: PromptKind, language: str
) -> None:
    prompt = Prompt.load(domain, kind, language)  # type: ignore[arg-type]  # one of LANGUAGES
    chinese = re.findall("[\u4e00-\u9fff]", prompt.instructions)
    assert prompt.kind == kind
    assert prompt.subject_kind == {"items": "item", "users": "user"}.get(kind, "audience")
    assert len(chinese) > 500 if language == "zh" else not chinese
    assert "confidence" in prompt.prose
    assert "ref" in prompt.prose


@pytest.mark.parametrize(("domain", "kind"), list(product(DOMAINS, PROMPT_KINDS)))
def test_both_languages_fill_the_same_facets(domain: Domain, kind: PromptKind) -> None:
    english, chinese = (Prompt.load(domain, kind, language) for language in LANGUAGES)
    for ours, theirs in zip(english.facets, chinese.facets, strict=True):
        assert (ours.name, ours.is_list, ours.max_items) == (
            theirs.name,
            theirs.is_list,
            theirs.max_items,
        )


@pytest.mark.parametrize("domain", DOMAINS)
def test_items_are_asked_for_what_proved_useful(domain: Domain) -> None:
    asked = {facet.name for facet in Prompt.load(domain, "items", "en").facets}
    assert asked.issuperset(WHAT_ITEMS_ARE_ASKED[domain].split())


def test_no_two_prompts_share_a_digest() -> None:
    digests = {Prompt.load(*which).digest for which in EVERY}
    assert len(digests) == len(EVERY)
    assert all(re.fullmatch("[0-9a-f]{16}", digest) for digest in digests)


def test_the_digest_changes_with_prose_facets_and_limits() -> None:
    prompt = Prompt.load("shop", "items", "en")
    longer = replace(prompt.facets[0], max_characters=prompt.facets[0].max_characters + 1)
    others = [
        replace(prompt, prose=f"{prompt.prose} Now."),
        replace(prompt, facets=prompt.facets[1:]),
        replace(prompt, facets=(longer, *prompt.facets[1:])),
        replace(prompt, kind="audience"),
    ]
    assert len({prompt.digest, *(other.digest for other in others)}) == 5


def test_the_schema_bounds_every_part_of_the_answer() -> None:
    schema = Prompt.load("film_music", "items", "en").answer_schema(8)
    answers = schema["properties"]["answers"]
    answer = answers["items"]
    assert answers["maxItems"] == 8
    assert answer["required"] == ["ref", "title", "confidence"]
    assert list(answer["properties"])[:3] == ["ref", "title", "creators"]
    texts = json.dumps(schema).count('"type": "string"') - 1  # all but the enum
    assert json.dumps(schema).count('"maxLength"') == texts
    assert json.dumps(schema).count('"type": "array"') == json.dumps(schema).count('"maxItems"')


def test_the_instructions_end_with_the_form_of_the_answer() -> None:
    last_line = Prompt.load("film_music", "items", "en").instructions.splitlines()[-1]
    answer = json.loads(last_line)["answers"][0]
    assert (answer["ref"], answer["themes"], answer["mood"]) == (1, ["..."], "...")


@pytest.mark.parametrize(("domain", "kind", "language"), EVERY)
def test_eight_full_answers_fit_the_usual_limit_of_models(
    domain: Domain, kind: PromptKind, language: str
) -> None:
    prompt = Prompt.load(domain, kind, language)  # type: ignore[arg-type]  # one of LANGUAGES
    assert prompt.max_tokens(1) < prompt.max_tokens(8) <= 8_192


def test_a_prompt_of_ones_own_is_read(tmp_path: Path) -> None:
    prompt = Prompt.of_file(written(tmp_path, MINE))
    assert prompt.prose == "Say it."
    assert [facet.name for facet in prompt.facets] == ["mood"]
    # 64 around, 150 a subject, 12 a facet, 120 characters at 3 a token
    assert prompt.max_tokens(2) == 64 + 2 * (150 + 12 + 40)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Say it.", "mine.md does not begin with front matter; write TOML between two lines"),
        (
            MINE.replace('"items"', '"films"'),
            "kind is 'films'; write one of items, users, audience",
        ),
        (MINE.replace("= ", "", 1), "mine.md: the front matter is no TOML"),
        (MINE.replace("Say it.", ""), "mine.md has no prose below its front matter"),
        (MINE.replace("mood", "Mood"), "mine.md, facet 1: name is 'Mood'"),
    ],
)
def test_a_bad_file_is_named(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Prompt.of_file(written(tmp_path, text))
    assert message in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"absent\.md cannot be read: .* give a text file"):
        Prompt.of_file(tmp_path / "absent.md")
