"""Costs that only ever grow."""

import numpy as np

from lorewise.pipeline.cost_meter import CostMeter, peak_rss_mb


def test_work_is_counted_and_counting_goes_on() -> None:
    meter = CostMeter()
    before = meter.cpu_s
    while meter.cpu_s <= before + 0.01:
        pass

    assert meter.cpu_s > before + 0.01


def test_the_peak_holds_what_was_in_memory() -> None:
    held = np.ones(20_000_000 // 8)  # 20 * 10^6 bytes
    peak = peak_rss_mb()

    assert held.nbytes == 20_000_000
    assert peak is None or 20 < peak < 1_000_000
