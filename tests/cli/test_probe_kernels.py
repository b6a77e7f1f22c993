import numpy as np

from lorewise.cli.probe_kernels import summed


def test_the_compiled_loop_adds_up() -> None:
    assert summed(np.array([1.0, 2.5])) == 3.5
