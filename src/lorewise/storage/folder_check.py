"""Whether a folder holds exactly the files that its manifest names."""

import re
from pathlib import Path

from lorewise.errors import ArtifactError
from lorewise.storage.checksum import file_sha256
from lorewise.storage.manifest import (
    FILE_NAME_PATTERN,
    MANIFEST_NAME,
    FileRecord,
    Manifest,
    read_manifest,
)


def check_replaceable(folder: Path) -> None:
    """Return if a model may be written to ``folder``: nothing there, an empty folder, or a model.

    Raises:
        ArtifactError: Something else is there, which would be lost.
    """
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    try:
        strangers = _strangers(folder, read_manifest(folder))
    except ArtifactError as error:
        raise _not_ours(folder, str(error)) from error
    if strangers:
        raise _not_ours(folder, f"{strangers[0]} is not part of the model there")


def check_files(folder: Path, manifest: Manifest, *, verify: bool) -> None:
    """Compare names and sizes, and with ``verify`` also SHA-256.

    Raises:
        ArtifactError: A file is missing, added, of another size, altered or outside the folder.
    """
    for name in manifest.files:
        _check_name(folder, name)
    if strangers := _strangers(folder, manifest):
        raise ArtifactError(
            f"{folder / strangers[0]} does not belong to the model (its manifest does not name "
            "it); move it elsewhere, a model folder holds nothing but the model"
        )
    for name, record in manifest.files.items():
        _check_file(folder / name, record, verify=verify)


def _check_name(folder: Path, name: str) -> None:
    if not re.fullmatch(FILE_NAME_PATTERN, name):
        raise ArtifactError(
            f"{folder / MANIFEST_NAME} names the file {name!r}, which no model holds; "
            "this folder was tampered with, do not use it"
        )


def _check_file(path: Path, record: FileRecord, *, verify: bool) -> None:
    if not path.is_file() or path.is_symlink():
        raise _damaged(path, "is missing" if not path.exists() else "is not a plain file")
    if (size := path.stat().st_size) != record.size_bytes:
        raise _damaged(path, f"has {size} bytes instead of {record.size_bytes}")
    if verify and file_sha256(path) != record.sha256:
        raise _damaged(path, f"was altered: its SHA-256 is not {record.sha256[:12]}...")


def _strangers(folder: Path, manifest: Manifest) -> list[str]:
    """Return the files and links below ``folder`` that the manifest does not name, sorted."""
    found = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_symlink() or not path.is_dir()
    }
    return sorted(found - manifest.files.keys() - {MANIFEST_NAME})


def _damaged(path: Path, what: str) -> ArtifactError:
    return ArtifactError(f"{path} {what}; restore the folder from a copy or fit the model again")


def _not_ours(folder: Path, reason: str) -> ArtifactError:
    return ArtifactError(
        f"{folder} exists and is not a model that may be replaced: {reason}; "
        "choose another folder, or delete this one"
    )
