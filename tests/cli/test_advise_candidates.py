"""What advice chooses from."""

from dataclasses import replace
from pathlib import Path

from lorewise.cli.advise_candidates import CandidateOptions, candidates_of
from lorewise.encoders.multilingual import is_multilingual_installed
from lorewise.storage.knowledge_store import KnowledgeStore
from lorewise.testing.stored_knowledge import known
from lorewise.testing.told_world import told_world

OPTIONS = CandidateOptions(
    encoders="",
    language_models="",
    store=None,
    domain="generic",
    language="auto",
    prompt=None,
    budget_usd=None,
)


def test_all_installed_encoders_are_tried_unless_some_are_named() -> None:
    found = candidates_of(OPTIONS, told_world())
    installed = ["multilingual"] if is_multilingual_installed() else []
    assert [offer.name for offer in found.encoders] == ["none", "static", *installed]
    named = candidates_of(replace(OPTIONS, encoders="static, folder:/a"), told_world())
    assert [offer.name for offer in named.encoders] == ["static", "folder:/a"]


def test_files_and_stores_are_read_and_models_are_only_noted(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'lore.db'}"
    with KnowledgeStore.open(url) as store:
        store.add([known("i00")])
    listed = f"{url}, http://127.0.0.1:1/v1#small, http://127.0.0.1:1/v1#large"
    found = candidates_of(replace(OPTIONS, language_models=listed), told_world())
    assert [source.name for source in found.sources] == ["lore.db"]
    assert len(found.inquirers) == 2
