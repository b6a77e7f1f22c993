"""Ctrl-C and SIGTERM: the first ends a run in order, the second ends the process."""

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def first_signal(heed: Callable[[], None]) -> Iterator[None]:
    """Call ``heed`` at the first signal, in the running event loop; later ones do as ever.

    Where the platform has no signal handlers in an event loop, every signal does as ever.
    """
    loop = asyncio.get_running_loop()

    def leave() -> None:
        for number in SIGNALS:
            loop.remove_signal_handler(number)

    def once() -> None:
        leave()
        heed()

    try:
        for number in SIGNALS:
            loop.add_signal_handler(number, once)
    except NotImplementedError:
        yield
        return
    try:
        yield
    finally:
        leave()
