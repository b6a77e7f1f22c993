import asyncio
import os
import signal

import pytest

from lorewise.cli.enrich_halting import SIGNALS, first_signal


@pytest.mark.parametrize("number", SIGNALS)
def test_the_first_signal_is_heeded_and_the_second_is_as_ever(number: signal.Signals) -> None:
    heeded: list[str] = []

    async def main() -> None:
        with first_signal(lambda: heeded.append("once")):
            os.kill(os.getpid(), number)
            await asyncio.sleep(0.01)
            assert signal.getsignal(number) in {signal.default_int_handler, signal.SIG_DFL}

    asyncio.run(main())
    assert heeded == ["once"]


def test_after_the_block_signals_are_as_ever() -> None:
    async def main() -> None:
        with first_signal(lambda: None):
            """Nothing happens."""
        assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL

    asyncio.run(main())
