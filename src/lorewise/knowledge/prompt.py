"""What a language model is asked: instructions in prose, and the facets it shall fill."""

import json
import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import Any, Literal, Self, get_args

from lorewise.data.knowledge import SubjectKind
from lorewise.errors import SettingsError
from lorewise.knowledge.facet import Facet, facets_of

Domain = Literal["generic", "shop", "social", "film_music", "smart_home"]
PromptKind = Literal["items", "users", "audience"]
Language = Literal["en", "zh"]

DOMAINS: tuple[Domain, ...] = get_args(Domain)
PROMPT_KINDS: tuple[PromptKind, ...] = get_args(PromptKind)
LANGUAGES: tuple[Language, ...] = get_args(Language)
CONFIDENCES = ("high", "medium", "low")
MAX_TITLE_CHARACTERS = 200
"""Titles are told no longer than this, so that they can be echoed whole."""

_SUBJECT_KINDS: Mapping[PromptKind, SubjectKind] = {
    "items": "item",
    "users": "user",
    "audience": "audience",
}
_FENCE = "+++\n"
_ASCII_CHARACTERS_PER_TOKEN = 3  # English has some four
_OTHER_CHARACTERS_PER_TOKEN = 1.5  # Chinese has one to two
_TOKENS_PER_FACET = 12  # its name, quotes and brackets
_TOKENS_PER_SUBJECT = 150  # ref, title, confidence
_TOKENS_AROUND = 64
_FOLDER = Path(__file__).with_name("prompts")


@dataclass(frozen=True, kw_only=True)
class Prompt:
    """One kind of question, without its subjects."""

    kind: PromptKind
    """``audience`` asks about items too: which groups of users would take them."""

    prose: str
    """What to do and what to leave; the facets are listed after it."""

    facets: tuple[Facet, ...]
    """In the order of the answer; at least one."""

    @classmethod
    def load(cls, domain: Domain, kind: PromptKind, language: Language) -> Self:
        """Return one of our own prompts."""
        return cls.of_file(_FOLDER / domain / f"{kind}.{language}.md")

    @classmethod
    def of_file(cls, path: str | Path) -> Self:
        """Return the prompt that a file describes: front matter in TOML, then prose.

        Raises:
            SettingsError: The file cannot be read or breaks a rule that the message names.
        """
        path = Path(path)
        front, prose = _halves(_text(path), path.name)
        kind = front.get("kind")
        if kind not in PROMPT_KINDS:
            raise SettingsError(
                f"{path.name}: kind is {kind!r}; write one of {', '.join(PROMPT_KINDS)}"
            )
        return cls(kind=kind, prose=prose, facets=facets_of(front, path.name))

    @property
    def subject_kind(self) -> SubjectKind:
        """What the answers are about, and filed under."""
        return _SUBJECT_KINDS[self.kind]

    @cached_property
    def instructions(self) -> str:
        """The whole text that is sent: prose, facets and the form of the answer."""
        facets = "\n".join(facet.line for facet in self.facets)
        return f"{self.prose}\n\n{facets}\n\n{self._form}"

    @property
    def _form(self) -> str:
        facets = {facet.name: ["..."] if facet.is_list else "..." for facet in self.facets}
        answer = {"ref": 1, "title": "...", **facets, "confidence": "|".join(CONFIDENCES)}
        return json.dumps({"answers": [answer]})

    @cached_property
    def digest(self) -> str:
        """Sixteen hex digits that change with the instructions, the kind or a facet's limits."""
        content = json.dumps([self.kind, self.instructions, self.answer_schema(1)])
        return blake2b(content.encode(), digest_size=8).hexdigest()

    def answer_schema(self, n_subjects: int) -> Mapping[str, Any]:
        """Return the JSON schema of an answer about so many subjects."""
        properties = {
            "ref": {"type": "integer"},
            "title": {"type": "string", "maxLength": MAX_TITLE_CHARACTERS},
            **{facet.name: facet.schema for facet in self.facets},
            "confidence": {"type": "string", "enum": list(CONFIDENCES)},
        }
        answer = _object(properties, required=["ref", "title", "confidence"])
        answers = {"type": "array", "items": answer, "maxItems": n_subjects}
        return _object({"answers": answers}, required=["answers"])

    def max_tokens(self, n_subjects: int) -> int:
        """Return how many tokens so many answers may take: room for all facets when full."""
        ratio = _ASCII_CHARACTERS_PER_TOKEN if self.prose.isascii() else _OTHER_CHARACTERS_PER_TOKEN
        n_characters = sum(facet.max_characters * facet.max_items for facet in self.facets)
        facets = len(self.facets) * _TOKENS_PER_FACET + math.ceil(n_characters / ratio)
        return _TOKENS_AROUND + n_subjects * (_TOKENS_PER_SUBJECT + facets)


def _object(properties: Mapping[str, Any], *, required: list[str]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"the prompt {path} cannot be read: {error}; give a text file in UTF-8"
        ) from error


def _halves(text: str, name: str) -> tuple[dict[str, Any], str]:
    before, *rest = text.split(_FENCE, 2)
    if before.strip() or len(rest) != 2:  # noqa: PLR2004  front matter and prose
        raise SettingsError(
            f"{name} does not begin with front matter; write TOML between two lines of +++"
        )
    try:
        front = tomllib.loads(rest[0])
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{name}: the front matter is no TOML: {error}; correct it") from error
    if not rest[1].strip():
        raise SettingsError(f"{name} has no prose below its front matter; say what to do")
    return front, rest[1].strip()
