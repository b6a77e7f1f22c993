import numpy as np
import pytest

from lorewise.data.splitting.shares import check_share, floor_share
from lorewise.errors import SettingsError


def test_a_fifth_is_rounded_down_as_whole_numbers_are() -> None:
    counts = np.arange(10_000)
    np.testing.assert_array_equal(floor_share(counts, 0.2), counts // 5)


def test_rounding_of_the_product_does_not_lose_one() -> None:
    # 0.29 * 100 is 28.999999999999996 in floating point
    assert floor_share(100, 0.29) == 29


@pytest.mark.parametrize("share", [0.0, 1.0, -0.1, 7.0, float("nan")])
def test_a_share_that_leaves_a_part_empty_is_refused(share: float) -> None:
    with pytest.raises(SettingsError, match=f"share of {share}.*such as 0.2"):
        check_share(share)
