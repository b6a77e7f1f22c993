import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from pydantic import JsonValue

from lorewise.errors import ArtifactError
from lorewise.storage.checksum import json_sha256
from lorewise.storage.manifest import Manifest, read_manifest, write_manifest

FIELDS: dict[str, JsonValue] = {
    "created_at": "2026-01-02T03:04:05Z",
    "dataset_fingerprint": "0123456789abcdef",
    "settings": {"n_neighbors": 20},
}


def change(folder: Path, **changes: Any) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    manifest = Manifest.of(FIELDS | {"metrics": {"ndcg@10": 0.5}, "note": "x"}, ("linear",))
    write_manifest(manifest, tmp_path)
    assert read_manifest(tmp_path) == manifest


def test_the_manifest_states_settings_digest_and_versions() -> None:
    manifest = Manifest.of(FIELDS | {"note": "x"}, ())
    assert manifest.settings_digest == json_sha256(FIELDS["settings"])
    assert manifest.details == {"note": "x"}
    assert manifest.lorewise_version == version("lorewise")
    assert set(manifest.versions) == {"numpy", "polars"}


@pytest.mark.parametrize("absent", sorted(FIELDS))
def test_a_field_that_is_left_out_is_named(absent: str) -> None:
    with pytest.raises(ValueError, match=absent):
        Manifest.of({name: value for name, value in FIELDS.items() if name != absent}, ())


def test_a_metric_that_is_not_a_number_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="JSON"):
        write_manifest(Manifest.of(FIELDS | {"metrics": {"ndcg": float("nan")}}, ()), tmp_path)


def test_a_folder_without_manifest_is_not_a_model(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match=r"not a model folder: manifest\.json cannot be read"):
        read_manifest(tmp_path)


@pytest.mark.parametrize("text", ["", "[]", '{"format": "other"}', "not json", "\udcff"])
def test_a_foreign_manifest_is_refused_by_name(tmp_path: Path, text: str) -> None:
    (tmp_path / "manifest.json").write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(ArtifactError, match=r"manifest\.json"):
        read_manifest(tmp_path)


def test_a_truncated_manifest_is_refused_as_damaged(tmp_path: Path) -> None:
    write_manifest(Manifest.of(FIELDS, ()), tmp_path)
    path = tmp_path / "manifest.json"
    path.write_text(path.read_text()[:-10])
    with pytest.raises(ArtifactError, match=r"manifest\.json is damaged"):
        read_manifest(tmp_path)


def test_a_newer_format_is_refused_and_says_which_release_to_take(tmp_path: Path) -> None:
    write_manifest(Manifest.of(FIELDS, ()), tmp_path)
    change(tmp_path, format_version=2, lorewise_version="9.9", novelty=1)
    with pytest.raises(ArtifactError, match=r"format version 2.*upgrade lorewise to 9\.9"):
        read_manifest(tmp_path)


@pytest.mark.parametrize("changes", [{"settings": {}}, {"metrics": {"a": 1}}, {"digest": None}])
def test_an_edited_manifest_is_refused_by_its_digest(
    tmp_path: Path, changes: dict[str, Any]
) -> None:
    write_manifest(Manifest.of(FIELDS, ()), tmp_path)
    change(tmp_path, **changes)
    with pytest.raises(ArtifactError, match="does not match its digest"):
        read_manifest(tmp_path)


@pytest.mark.parametrize("changes", [{"created_at": 5}, {"files": {"a/b.npy": {}}}, {"x": 1}])
def test_a_manifest_with_a_wrong_field_is_refused_with_its_place(
    tmp_path: Path, changes: dict[str, Any]
) -> None:
    write_manifest(Manifest.of(FIELDS, ()), tmp_path)
    change(tmp_path, **changes)
    with pytest.raises(ArtifactError, match=f"damaged: {next(iter(changes))}"):
        read_manifest(tmp_path)


def test_a_manifest_with_a_value_json_has_no_word_for_is_refused(tmp_path: Path) -> None:
    write_manifest(Manifest.of(FIELDS, ()), tmp_path)
    change(tmp_path, metrics={"ndcg": float("nan")})
    with pytest.raises(ArtifactError, match=r"manifest\.json is damaged: .*JSON"):
        read_manifest(tmp_path)
