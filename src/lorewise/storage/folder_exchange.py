"""Two folders change names in one step."""

import ctypes
import errno
import os
from pathlib import Path

_AT_FDCWD = -100  # "paths are relative to the working directory", from Linux' fcntl.h
_RENAME_EXCHANGE = 2  # RENAME_EXCHANGE of Linux' renameat2, and RENAME_SWAP of Darwin's renamex_np
_NOT_HERE = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP}


def exchange_folders(one: Path, other: Path) -> bool:
    """Exchange the names of two folders of one file system; nobody ever sees either name missing.

    Returns False, with nothing changed, where the system or the file system has no such call.

    Raises:
        OSError: The system refused, for example for want of permission.
    """
    if os.name != "posix":
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    first, second = os.fsencode(one), os.fsencode(other)
    if hasattr(libc, "renameat2"):
        failed = libc.renameat2(_AT_FDCWD, first, _AT_FDCWD, second, _RENAME_EXCHANGE)
    elif hasattr(libc, "renamex_np"):
        failed = libc.renamex_np(first, second, _RENAME_EXCHANGE)
    else:
        return False
    if not failed:
        return True
    if (code := ctypes.get_errno()) in _NOT_HERE:
        return False
    raise OSError(code, os.strerror(code), str(one), None, str(other))
