from pathlib import Path

import pytest

from lorewise.errors import ArtifactError
from lorewise.storage.folder_check import check_files, check_replaceable
from lorewise.storage.manifest import FileRecord, Manifest, write_manifest


@pytest.fixture
def manifest(tmp_path: Path) -> Manifest:
    """A model folder of one file, and its manifest."""
    (tmp_path / "part").mkdir()
    (tmp_path / "part" / "array.npy").write_bytes(b"1234")
    manifest = of_files({"part/array.npy": FileRecord.of(tmp_path / "part" / "array.npy")})
    write_manifest(manifest, tmp_path)
    return manifest


def of_files(files: dict[str, FileRecord]) -> Manifest:
    fields = {"created_at": "2026", "dataset_fingerprint": "0"}
    manifest = Manifest.of({**fields, "settings": {}}, ())
    return manifest.model_copy(update={"files": files})


def test_an_untouched_folder_passes(tmp_path: Path, manifest: Manifest) -> None:
    check_files(tmp_path, manifest, verify=True)


def test_a_missing_file_is_named(tmp_path: Path, manifest: Manifest) -> None:
    (tmp_path / "part" / "array.npy").unlink()
    with pytest.raises(ArtifactError, match=r"part/array\.npy is missing; restore"):
        check_files(tmp_path, manifest, verify=False)


def test_a_truncated_file_is_named(tmp_path: Path, manifest: Manifest) -> None:
    (tmp_path / "part" / "array.npy").write_bytes(b"123")
    with pytest.raises(ArtifactError, match=r"part/array\.npy has 3 bytes instead of 4"):
        check_files(tmp_path, manifest, verify=False)


def test_an_altered_file_is_named_when_verifying(tmp_path: Path, manifest: Manifest) -> None:
    (tmp_path / "part" / "array.npy").write_bytes(b"1235")
    check_files(tmp_path, manifest, verify=False)
    with pytest.raises(ArtifactError, match=r"part/array\.npy was altered"):
        check_files(tmp_path, manifest, verify=True)


@pytest.mark.parametrize("name", ["notes.txt", "part/more.npy", "part/.hidden"])
def test_a_foreign_file_is_named(tmp_path: Path, manifest: Manifest, name: str) -> None:
    (tmp_path / name).touch()
    with pytest.raises(ArtifactError, match=f"{name} does not belong"):
        check_files(tmp_path, manifest, verify=False)


def test_a_link_in_place_of_a_file_is_refused(tmp_path: Path, manifest: Manifest) -> None:
    array = tmp_path / "part" / "array.npy"
    array.rename(tmp_path.with_name("elsewhere.npy"))
    array.symlink_to(tmp_path.with_name("elsewhere.npy"))
    with pytest.raises(ArtifactError, match=r"part/array\.npy is not a plain file"):
        check_files(tmp_path, manifest, verify=True)


@pytest.mark.parametrize(
    "name",
    [
        "../x/a.npy",
        "/etc/a.npy",
        "a.npy",
        "a/b/c.npy",
        "../a.npy",
        "a/..npy",
        "a\\b/c.npy",
        "a/b.pkl",
        ".a/b.npy",
    ],
)
def test_a_name_that_no_model_holds_is_refused(tmp_path: Path, name: str) -> None:
    record = FileRecord(sha256="0" * 64, size_bytes=0)
    with pytest.raises(ArtifactError, match="which no model holds"):
        check_files(tmp_path, of_files({name: record}), verify=False)


def test_nothing_an_empty_folder_and_a_model_may_be_replaced(
    tmp_path: Path, manifest: Manifest
) -> None:
    check_replaceable(tmp_path / "absent")
    (tmp_path.with_name("empty")).mkdir()
    check_replaceable(tmp_path.with_name("empty"))
    check_replaceable(tmp_path)


def test_a_damaged_model_may_be_replaced(tmp_path: Path, manifest: Manifest) -> None:
    (tmp_path / "part" / "array.npy").unlink()
    check_replaceable(tmp_path)


def test_a_folder_of_something_else_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").touch()
    with pytest.raises(ArtifactError, match="choose another folder"):
        check_replaceable(tmp_path)


def test_a_plain_file_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ArtifactError, match="choose another folder"):
        check_replaceable(tmp_path / "file")


def test_a_model_folder_with_something_added_is_not_replaced(
    tmp_path: Path, manifest: Manifest
) -> None:
    (tmp_path / "notes.txt").touch()
    with pytest.raises(ArtifactError, match=r"notes\.txt is not part of the model"):
        check_replaceable(tmp_path)
