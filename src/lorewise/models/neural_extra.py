"""Whether the extra ``neural`` is there, which the models that train nets need."""

from collections.abc import Callable
from importlib.util import find_spec

from lorewise.errors import MissingExtraError

Report = Callable[[float], None]
"""Told the share of a training that is done."""


def is_torch_installed() -> bool:
    """Whether the extra ``neural`` is there."""
    return find_spec("torch") is not None


def check_installed(model: str) -> None:
    """Do nothing if PyTorch is there, which the model of this name needs.

    Raises:
        MissingExtraError: It is not.
    """
    if not is_torch_installed():
        raise MissingExtraError(
            f"the model {model!r} needs the package 'torch', which is not installed; "
            "run: pip install 'lorewise[neural]'"
        )
