import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar, Self

import polars as pl
import pytest

from lorewise.cli.main import main
from lorewise.errors import ArtifactError
from lorewise.testing.told_world import told_world


@dataclass(frozen=True)
class Outcome:
    """What a command left behind."""

    code: int
    out: str
    err: str


Run = Callable[..., Outcome]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run one command in this process."""
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.delenv("LOREWISE_DEBUG", raising=False)

    def once(*arguments: str | Path) -> Outcome:
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        return Outcome(code, *capsys.readouterr())

    return once


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A folder of data: three users, four items, one of them cold."""
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "interactions.csv").write_text(
        "user_id,item_id,timestamp\nann,07,1\nann,b,2\nbob,b,1\nbob,c,2\ncid,c,1\ncid,07,2\n"
    )
    (folder / "items.csv").write_text("item_id,title\n07,Lamp\nb,Rug\nc,Chair\nd,Sofa\n")
    return folder


@pytest.fixture
def told_films(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of data in which titles say nothing, and knowledge beside it."""
    monkeypatch.setenv("LOREWISE_CACHE", str(tmp_path / "cache"))
    world, folder = told_world(), tmp_path / "films"
    folder.mkdir()
    users = [world.users.ids[number] for number in world.user_numbers]
    items = [world.items.ids[number] for number in world.item_numbers]
    pl.DataFrame({"user_id": users, "item_id": items}).write_csv(folder / "interactions.csv")
    world.item_table.select("item_id", "title").write_csv(folder / "items.csv")
    lore = world.item_table.select(id="item_id", themes=pl.col("lore.themes").str.split("|"))
    lore.write_ndjson(tmp_path / "lore.jsonl")
    return folder


@dataclass(frozen=True)
class StandInPlan:
    seconds: float = 1.5
    memory_mb: float = 20.0
    text: str = "will take 2 s and 20 MB"


@dataclass(frozen=True)
class StandInRecommender:
    """Keeps the arguments of each call, and answers with one list."""

    calls: ClassVar[list[dict[str, Any]]] = []
    loads: ClassVar[bool] = True
    titles: ClassVar[pl.DataFrame] = pl.DataFrame({"item_id": ["07", "b"], "title": ["Lamp", None]})
    summary: ClassVar[dict[str, Any]] = {"n_users": 3, "metrics": {"ndcg@10": 0.25}}

    @classmethod
    def plan(cls, dataset: object, *, effort: str) -> StandInPlan:
        return StandInPlan()

    @classmethod
    def fit(cls, dataset: object, *, progress: Callable[[str, float], None], **chosen: Any) -> Self:
        progress("counting", 0.0)
        progress("solving", 0.5)
        cls.calls.append({"dataset": dataset} | chosen)
        return cls()

    def refit(
        self, dataset: object, *, progress: Callable[[str, float], None], **chosen: Any
    ) -> Self:
        progress("solving", 0.5)
        self.calls.append({"refit": dataset} | chosen)
        return self

    def save(self, folder: Path) -> None:
        folder.mkdir()

    @classmethod
    def load(cls, folder: Path) -> Self:
        if not cls.loads:
            raise ArtifactError(f"{folder} is damaged; fit again")
        return cls()

    def recommend(self, users: Sequence[str] | None = None, **asked: Any) -> pl.DataFrame:
        self.calls.append({"users": users} | asked)
        return pl.DataFrame(
            {
                "user_id": ["ann", "ann"],
                "item_id": ["b", "07"],
                "score": [0.5, 0.25],
                "rank": [1, 2],
            }
        )


@pytest.fixture
def recommender(monkeypatch: pytest.MonkeyPatch) -> type[StandInRecommender]:
    """Put the stand-in where commands look for the recommender."""
    module = ModuleType("lorewise.pipeline.recommender")
    module.Recommender = StandInRecommender  # type: ignore[attr-defined]  # a made module
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(StandInRecommender, "calls", [])
    monkeypatch.setattr(StandInRecommender, "loads", True)
    return StandInRecommender
