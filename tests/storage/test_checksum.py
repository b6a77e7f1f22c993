from pathlib import Path

import pytest

from lorewise.storage.checksum import file_sha256, json_sha256


def test_a_file_digest_is_the_published_one_of_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "abc").write_bytes(b"abc")
    # FIPS 180-2, appendix B.1: SHA-256 of "abc"
    assert file_sha256(tmp_path / "abc") == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )


def test_a_value_digest_ignores_the_order_of_keys_and_sees_every_value() -> None:
    assert json_sha256({"a": 1, "b": [2]}) == json_sha256({"b": [2], "a": 1})
    assert json_sha256({"a": 1}) != json_sha256({"a": 2})


def test_a_value_that_json_has_no_word_for_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        json_sha256({"ndcg": float("nan")})
