from pathlib import Path

import pytest

from lorewise.data.sources import read_with_report


def flags(*positions: int) -> str:
    return "|".join("1" if position in positions else "0" for position in range(19))


RELEASES = {
    "movielens-csv": {
        "ratings.csv": "userId,movieId,rating,timestamp\n1,07,4.0,964982703\n2,8,1.5,5\n",
        "movies.csv": 'movieId,title,genres\n07,"Café, The",Action|War\n8,B,(no genres listed)\n',
    },
    "movielens-dat": {
        "ratings.dat": "1::07::5::964982703\n2::8::1::5\n",
        "movies.dat": "07::Café, The::Action|War\n8::B::\n",
        "users.dat": "1::F::1::10::48067\n2::M::56::16::70072\n",
    },
    "movielens-100k": {
        "u.data": "1\t07\t5\t964982703\n2\t8\t1\t5\n",
        # genre flags 1 and 17 are Action and War
        "u.item": f"07|Café, The|01-Jan-1995||http://a|{flags(1, 17)}\n8|B||||{flags()}\n",
        "u.user": "1|24|F|student|48067\n2|53|M|other|94043\n",
    },
}


@pytest.mark.parametrize("kind", RELEASES)
@pytest.mark.parametrize("encoding", ["latin-1", "utf-8"])
def test_every_release_gives_ratings_titles_and_genres(
    tmp_path: Path, kind: str, encoding: str
) -> None:
    for name, text in RELEASES[kind].items():
        is_csv = name.endswith(".csv")
        (tmp_path / name).write_text(text, encoding="utf-8" if is_csv else encoding)
    report = read_with_report(tmp_path)
    dataset = report.dataset
    assert report.kind == kind
    assert sorted(dataset.weights.tolist()) == [-1, 1]
    assert sorted(dataset.timestamps_s.tolist()) == [5, 964982703]
    films = {row["item_id"]: (row["title"], row["genres"]) for row in dataset.item_table.to_dicts()}
    assert films == {"07": ("Café, The", "Action|War"), "8": ("B", None)}
    if kind != "movielens-csv":
        assert dataset.user_table.filter(user_id="1")["gender"].to_list() == ["F"]


@pytest.mark.parametrize(
    ("kind", "missing"), [("movielens-dat", "users.dat"), ("movielens-100k", "u.user")]
)
def test_a_release_without_users_is_read_too(tmp_path: Path, kind: str, missing: str) -> None:
    for name, text in RELEASES[kind].items():
        if name != missing:
            (tmp_path / name).write_text(text)
    assert read_with_report(tmp_path).dataset.user_table.columns == ["user_id"]
