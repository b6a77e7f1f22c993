"""Files that appear complete or not at all."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a path to write to; on leaving, that file takes the place of ``path``.

    A folder that cannot be written is noticed before the block starts. If the block raises,
    ``path`` stays as it was.

    Raises:
        OSError: No file can be written there; the error names the path.
    """
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, "is a folder, not a file", str(path))
    partial = path.with_name(f".{path.name}.partial")
    try:
        partial.touch()
        yield partial
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
