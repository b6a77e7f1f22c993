import pytest

from lorewise.errors import MissingExtraError
from lorewise.models.neural_extra import check_installed


def test_a_missing_extra_is_named_with_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    check_installed("transformer")
    monkeypatch.setattr("lorewise.models.neural_extra.is_torch_installed", lambda: False)
    with pytest.raises(MissingExtraError, match=r"'two_tower'.*pip install 'lorewise\[neural\]'"):
        check_installed("two_tower")
