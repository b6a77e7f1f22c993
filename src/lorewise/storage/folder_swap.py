"""A folder that appears complete, or not at all."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lorewise.storage.folder_exchange import exchange_folders


@contextmanager
def appearing_folder(folder: Path) -> Iterator[Path]:
    """Give an empty folder to fill; on leaving, it takes the place of ``folder`` in one step.

    What was written is on the disk (fsync) before the name changes, so a loss of power leaves the
    old folder or the new one. If the block raises, ``folder`` stays as it was. A process that is
    killed may leave a sibling named ``.NAME.XXXXXXXX.partial``, which can be deleted.
    """
    folder = folder.resolve()  # a link keeps pointing; what it points at is replaced
    folder.parent.mkdir(parents=True, exist_ok=True)
    partial = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}.partial")
    partial.mkdir()
    try:
        yield partial
        _flush_tree(partial)
        _take_place(partial, folder)
        _flush(folder.parent)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _take_place(partial: Path, folder: Path) -> None:
    """Rename ``partial`` to ``folder``; the old folder, if any, then has the name ``partial``."""
    if not folder.exists():
        partial.rename(folder)
    elif not exchange_folders(partial, folder):
        aside = partial.with_suffix(".old")
        folder.rename(aside)
        try:
            partial.rename(folder)
        except OSError:
            aside.rename(folder)
            raise
        aside.rename(partial)


def _flush_tree(folder: Path) -> None:
    """Force every file and folder below to the disk, the folder itself last."""
    for path in sorted(folder.rglob("*"), reverse=True):
        _flush(path)
    _flush(folder)


def _flush(path: Path) -> None:
    """Force the file or folder to the disk."""
    if path.is_dir() and os.name != "posix":
        return  # only POSIX opens folders
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
