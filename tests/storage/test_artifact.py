import shutil
from pathlib import Path
from typing import Any, Literal

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray
from pydantic import JsonValue

from lorewise.errors import ArtifactError
from lorewise.storage.artifact import load_artifact, save_artifact

FIELDS: dict[str, JsonValue] = {
    "created_at": "2026-01-02T03:04:05Z",
    "dataset_fingerprint": "0123456789abcdef",
    "settings": {"n_neighbors": 20},
    "metrics": {"ndcg@10": 0.25},
}
ITEMS = pl.DataFrame({"item_id": ["007", "b"], "title": ["Bond", None]})


def save(folder: Path, value: float = 1.0) -> Path:
    parts = {"linear": {"weights.values": np.full(3, value, np.float16)}, "nothing": {}}
    save_artifact(folder, parts, FIELDS, {"items": ITEMS})
    return folder


def test_a_saved_model_is_loaded_back_whole(tmp_path: Path) -> None:
    artifact = load_artifact(save(tmp_path / "model"))
    assert artifact.manifest.dataset_fingerprint == "0123456789abcdef"
    assert artifact.manifest.metrics == {"ndcg@10": 0.25}
    assert artifact.parts["linear"]["weights.values"].tolist() == [1, 1, 1]
    assert artifact.parts["nothing"] == {}
    assert artifact.tables["items"].equals(ITEMS)


any_array = arrays.arrays(
    dtype=st.one_of(
        arrays.scalar_dtypes(),
        arrays.byte_string_dtypes(),
        arrays.unicode_string_dtypes(),
    ),
    shape=arrays.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4),
)


@settings(max_examples=50)  # each example waits for the disk
@given(array=any_array, order=st.sampled_from("CF"))
def test_any_array_without_objects_keeps_its_type_shape_and_bytes(
    tmp_path_factory: pytest.TempPathFactory, array: NDArray[Any], order: Literal["C", "F"]
) -> None:
    folder = tmp_path_factory.mktemp("any") / "model"
    save_artifact(folder, {"part": {"array": np.asarray(array, order=order)}}, FIELDS)
    loaded = load_artifact(folder).parts["part"]["array"]
    assert (loaded.dtype, loaded.shape) == (array.dtype, array.shape)
    assert loaded.tobytes() == array.tobytes()


def test_arrays_are_mapped_from_disk_and_cannot_be_written(tmp_path: Path) -> None:
    array = load_artifact(save(tmp_path / "model")).parts["linear"]["weights.values"]
    assert type(array) is np.ndarray
    assert isinstance(array.base, np.memmap)
    with pytest.raises(ValueError, match="read-only"):
        array[0] = 2


def test_an_older_model_is_replaced_while_its_arrays_stay_readable(tmp_path: Path) -> None:
    old = load_artifact(save(tmp_path / "model", 1.0))
    save(tmp_path / "model", 2.0)
    new = load_artifact(tmp_path / "model")
    assert old.parts["linear"]["weights.values"].tolist() == [1, 1, 1]
    assert new.parts["linear"]["weights.values"].tolist() == [2, 2, 2]
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_a_folder_that_is_not_a_model_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(ArtifactError, match="not a model that may be replaced"):
        save(tmp_path)
    assert (tmp_path / "thesis.tex").read_text() == "years of work"


def test_a_name_with_wildcards_is_just_a_name(tmp_path: Path) -> None:
    assert load_artifact(save(tmp_path / "m[1]*")).tables["items"].equals(ITEMS)


def test_an_array_of_objects_is_not_saved(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="part/ids has dtype object"):
        save_artifact(tmp_path / "model", {"part": {"ids": np.array(["a"], object)}}, FIELDS)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["../escape", "a/b", "", ".hidden", "ümlaut", "a b"])
def test_a_name_that_could_lead_elsewhere_is_not_saved(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="cannot name a file"):
        save_artifact(tmp_path / "model", {"part": {name: np.zeros(1)}}, FIELDS)
    with pytest.raises(ValueError, match="cannot name a file"):
        save_artifact(tmp_path / "model", {}, FIELDS, {name: ITEMS})
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ArtifactError, match=r"cannot write .*file/model: .*; check"):
        save(tmp_path / "file" / "model")


def test_a_model_moved_elsewhere_still_loads(tmp_path: Path) -> None:
    shutil.move(save(tmp_path / "model"), tmp_path / "moved")
    assert load_artifact(tmp_path / "moved").tables["items"].equals(ITEMS)


@pytest.mark.parametrize("name", ["linear/weights.values.npy", "tables/items.parquet"])
def test_one_flipped_bit_is_refused_by_name(tmp_path: Path, name: str) -> None:
    path = save(tmp_path / "model") / name
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(ArtifactError, match=f"{name} was altered"):
        load_artifact(tmp_path / "model")


@pytest.mark.parametrize("name", ["linear/weights.values.npy", "tables/items.parquet"])
def test_a_file_of_zeros_is_refused_by_name_even_unverified(tmp_path: Path, name: str) -> None:
    path = save(tmp_path / "model") / name
    path.write_bytes(bytes(path.stat().st_size))
    with pytest.raises(ArtifactError, match=f"{name} cannot be read"):
        load_artifact(tmp_path / "model", verify=False)


class Bomb:
    """Leaves a file behind when unpickled."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.trace,)


def test_a_pickled_array_is_refused_and_never_unpickled(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    save_artifact(folder, {"linear": {"weights": np.zeros(1000)}}, FIELDS)
    path = folder / "linear" / "weights.npy"
    size = path.stat().st_size
    with path.open("r+b") as file:
        np.save(file, np.array([Bomb(tmp_path / "trace")], object), allow_pickle=True)
        assert file.tell() < size
    with pytest.raises(ArtifactError, match=r"weights\.npy cannot be read: .*Python objects"):
        load_artifact(folder, verify=False)
    assert not (tmp_path / "trace").exists()


def test_loading_without_a_manifest_says_what_to_name(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match="lorewise fit --out"):
        load_artifact(tmp_path)
