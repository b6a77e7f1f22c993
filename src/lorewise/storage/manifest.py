"""The page that comes with every model folder and says what is in it."""

import json
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from lorewise.errors import ArtifactError
from lorewise.storage.checksum import file_sha256, json_sha256

FORMAT: Final = "lorewise-model"
FORMAT_VERSION: Final = 1
MANIFEST_NAME: Final = "manifest.json"
FILE_NAME_PATTERN: Final = (
    r"[A-Za-z0-9_-][A-Za-z0-9_.-]*/[A-Za-z0-9_-][A-Za-z0-9_.-]*\.(npy|parquet)"
)
"""``part/array.npy`` or ``tables/table.parquet``: never absolute, never upwards, never hidden."""


class FileRecord(BaseModel):
    """What one file must be."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    """Of its bytes, as hex digits."""

    size_bytes: int = Field(ge=0)
    """Its length."""

    @classmethod
    def of(cls, path: Path) -> "FileRecord":
        """Return the record of a file as it is now."""
        return cls(sha256=file_sha256(path), size_bytes=path.stat().st_size)


class Manifest(BaseModel):
    """What a model folder holds, what it was made of and how."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: str = FORMAT
    """Always ``lorewise-model``; anything else is not ours."""

    format_version: int = FORMAT_VERSION
    """Rises when an older release could not read the folder."""

    lorewise_version: str = Field(default_factory=lambda: version("lorewise"))
    """The release that wrote it."""

    created_at: str
    """When, ISO 8601."""

    dataset_fingerprint: str
    """``Dataset.fingerprint`` of the data it was fitted on."""

    settings: dict[str, JsonValue]
    """All settings in effect."""

    settings_digest: str
    """SHA-256 of ``settings`` as JSON with sorted keys."""

    versions: dict[str, str] = Field(
        default_factory=lambda: {name: version(name) for name in ("numpy", "polars")}
    )
    """Releases of the libraries that wrote the files."""

    metrics: dict[str, JsonValue] = {}
    """What validation measured, by name."""

    details: dict[str, JsonValue] = {}
    """Whatever else the writer wanted to keep."""

    parts: tuple[str, ...] = ()
    """Names of the parts, those without arrays included."""

    files: dict[str, FileRecord] = {}
    """Every file of the folder but this one, by its path with ``/``."""

    @classmethod
    def of(cls, fields: Mapping[str, JsonValue], parts: tuple[str, ...]) -> "Manifest":
        """Return a manifest of no files yet.

        ``fields`` needs ``created_at``, ``dataset_fingerprint`` and ``settings``, may have
        ``metrics``; any others become ``details``.

        Raises:
            ValueError: One is missing, or is not plain JSON.
        """
        known = {"created_at", "dataset_fingerprint", "settings", "metrics"} & fields.keys()
        details = {name: value for name, value in fields.items() if name not in known}
        return cls.model_validate(
            {name: fields[name] for name in known}
            | {"settings_digest": json_sha256(fields.get("settings"))}
            | {"details": details, "parts": parts}
        )


def write_manifest(manifest: Manifest, folder: Path) -> None:
    """Write ``manifest.json`` into the folder, with a digest of its own content.

    Raises:
        ValueError: A field holds NaN or infinity, which JSON has no word for.
    """
    content = manifest.model_dump()
    content["digest"] = json_sha256(content)
    text = json.dumps(content, indent=2, allow_nan=False)
    (folder / MANIFEST_NAME).write_text(text + "\n", encoding="utf-8")


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of a model folder, checked; the files it names are not.

    Raises:
        ArtifactError: It is missing, damaged, foreign or of a newer format.
    """
    path = folder / MANIFEST_NAME
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ArtifactError(
            f"{folder} is not a model folder: {path.name} cannot be read ({error.strerror}); "
            "name a folder that `lorewise fit --out` wrote"
        ) from error
    except ValueError as error:
        raise _damaged(path, str(error)) from error
    _check_origin(content, path)
    return _validated(content, path)


def _check_origin(content: JsonValue, path: Path) -> None:
    """Refuse what another program or a newer release wrote."""
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise ArtifactError(
            f"{path} does not say format {FORMAT!r}; name a folder that `lorewise fit --out` wrote"
        )
    format_version = content.get("format_version")
    if isinstance(format_version, int) and format_version > FORMAT_VERSION:
        raise ArtifactError(
            f"{path} is of format version {format_version}, this release reads up to "
            f"{FORMAT_VERSION}; upgrade lorewise to {content.get('lorewise_version')} or newer, "
            "or fit the model again"
        )


def _validated(content: dict[str, JsonValue], path: Path) -> Manifest:
    """Return the manifest, or refuse it if any field is not what was written."""
    digest = content.pop("digest", None)
    try:
        intact = digest == json_sha256(content)
        manifest = Manifest.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(step) for step in first["loc"])
        raise _damaged(path, f"{place}: {first['msg']}") from error
    except ValueError as error:
        raise _damaged(path, str(error)) from error
    if not intact:
        raise _damaged(path, f"its content does not match its digest {digest!r}")
    return manifest


def _damaged(path: Path, reason: str) -> ArtifactError:
    return ArtifactError(
        f"{path} is damaged: {reason}; restore the folder from a copy or fit the model again"
    )
