import pytest

from lorewise.cli.exit_codes import exit_code_of
from lorewise.errors import (
    ArtifactMismatchError,
    LanguageModelError,
    MissingExtraError,
    SettingsError,
    StoreError,
    UnknownItemError,
)


@pytest.mark.parametrize(
    "error",
    [
        UnknownItemError(),
        SettingsError(),
        ArtifactMismatchError(),
        MissingExtraError(),
        StoreError(),
        FileNotFoundError(),
    ],
)
def test_what_the_caller_can_mend_ends_with_2(error: Exception) -> None:
    assert exit_code_of(error) == 2


@pytest.mark.parametrize("error", [LanguageModelError(), KeyError(), MemoryError()])
def test_what_the_caller_cannot_mend_ends_with_1(error: BaseException) -> None:
    assert exit_code_of(error) == 1
