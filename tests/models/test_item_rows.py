import numpy as np
import pytest

from lorewise.errors import DataError
from lorewise.models.item_rows import check_one_row_per_item


def test_a_row_for_each_item_is_all_that_is_asked() -> None:
    vectors = np.zeros((3, 0), dtype=np.float32)
    check_one_row_per_item(vectors, 3)
    with pytest.raises(DataError, match="3 vectors for 4 items; give one row per item"):
        check_one_row_per_item(vectors, 4)
