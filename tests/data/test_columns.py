"""What a column is good for, on catalogs made here."""

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lorewise.data.columns import as_numbers, column_roles, filled, split_tags

N = 100


def kind_of(name: str, values: list[Any]) -> str:
    return column_roles(pl.DataFrame({name: values}, strict=False))[name].kind


def film_table() -> pl.DataFrame:
    genres = ["Drama", "Drama|War", "Comedy|Romance", "War"]
    people = ["Ann Lee", "Bo Ray", "Cy Poe", "Di Fox", "Ed Kay"]
    return pl.DataFrame(
        {
            "item_id": [str(n) for n in range(N)],
            "title": [f"The {n}th film of the sea, A" for n in range(N)],
            "year": [1950 + n % 40 for n in range(N)],
            "genres": [genres[n % 4] for n in range(N)],
            "director": [people[n % 5] for n in range(N)],
            "actors": [f"{people[n % 5]}, {people[(n + 1) % 5]}" for n in range(N)],
            "imdb_id": [f"tt{n:07}" for n in range(N)],
            "tmdb_id": [7 * n % 1009 for n in range(N)],
            "poster_url": [f"https://example.org/{n}.jpg" for n in range(N)],
            "runtime": [f"{80 + n % 30} min" for n in range(N)],
            "released": [f"{1 + n % 28:02} Nov {1950 + n % 40}" for n in range(N)],
            "plot": [
                f"A long tale in which hero number {n} goes out to win {n}." for n in range(N)
            ],
            "country": ["Italy"] * N,
            "note": [None] * N,
        }
    )


def test_each_column_of_a_film_catalog_gets_its_role() -> None:
    assert {name: role.kind for name, role in column_roles(film_table()).items()} == {
        "item_id": "excluded",
        "title": "title",
        "year": "number",
        "genres": "tags",
        "director": "tags",
        "actors": "tags",
        "imdb_id": "excluded",
        "tmdb_id": "excluded",
        "poster_url": "excluded",
        "runtime": "number",
        "released": "number",
        "plot": "text",
        "country": "excluded",
        "note": "excluded",
    }


def test_every_role_says_why() -> None:
    assert all(role.reason for role in column_roles(film_table()).values())


def test_ids_are_excluded_even_where_they_repeat() -> None:
    assert kind_of("item_id", ["Drama", "Drama", "War"]) == "excluded"
    assert kind_of("user_id", ["1", "1", "2"]) == "excluded"


@given(st.lists(st.integers(-(10**9), 10**9), unique=True, min_size=2, max_size=50))
def test_numbers_that_never_repeat_are_never_a_feature(values: list[int]) -> None:
    assert kind_of("x", values) == "excluded"
    assert kind_of("x", [str(value) for value in values]) == "excluded"
    assert kind_of("x", [float(value) for value in values]) == "excluded"


def test_a_number_that_a_tenth_repeats_is_still_an_id_and_one_that_a_fifth_repeats_is_not() -> None:
    shuffled = [37 * n % N for n in range(N)]
    assert kind_of("x", [min(value, 89) for value in shuffled]) == "excluded"  # 90 of 100
    assert kind_of("x", [min(value, 79) for value in shuffled]) == "number"  # 80 of 100


def test_a_number_that_rises_with_the_row_is_excluded_though_it_repeats() -> None:
    assert kind_of("batch", [n // 3 for n in range(N)]) == "excluded"
    assert kind_of("batch", [-(n // 3) for n in range(N)]) == "excluded"
    assert kind_of("batch", [37 * n % N // 3 for n in range(N)]) == "number"


def test_the_years_of_a_catalog_sorted_by_year_are_kept() -> None:
    assert kind_of("year", [1950 + n // 3 for n in range(N)]) == "number"


def test_a_repeated_number_whose_name_ends_in_id_is_a_category() -> None:
    values = [37 * n % 10 for n in range(N)]
    assert kind_of("brand_id", values) == "tags"
    assert kind_of("brandId", values) == "tags"
    assert kind_of("paid", values) == "number"
    assert kind_of("grid", values) == "number"


def test_dates_and_prices_as_text_are_numbers() -> None:
    assert kind_of("price", [f"${n % 20}.99" for n in range(N)]) == "number"
    assert kind_of("released", [date(1990 + n % 9, 1, 1) for n in range(N)]) == "number"


def test_booleans_and_lists_are_tags_and_structs_are_excluded() -> None:
    assert kind_of("is_new", [True, False, None]) == "tags"
    assert kind_of("genres", [["Drama"], ["War", "Drama"], []]) == "tags"
    assert kind_of("x", [{"a": 1}, {"a": 2}]) == "excluded"


def test_an_empty_list_column_is_excluded() -> None:
    table = pl.DataFrame({"x": [None, None]}, schema={"x": pl.List(pl.String)})
    assert column_roles(table)["x"].kind == "excluded"


def test_a_constant_with_gaps_is_a_flag() -> None:
    assert kind_of("prime", ["yes", None, "yes"]) == "tags"


def test_chinese_titles_without_spaces_are_no_codes() -> None:
    roles = column_roles(pl.DataFrame({"商品名": [f"小米手机{n}代" for n in range(N)]}))
    assert roles["商品名"].kind == "title"


def test_chinese_names_split_at_their_own_comma() -> None:
    table = pl.DataFrame({"演员": ["张三、李四", "李四、王五", "张三、王五"] * 10})
    role = column_roles(table)["演员"]
    assert role.kind == "tags"
    assert split_tags(table["演员"], role.separator)[0].to_list() == ["张三", "李四"]


def test_sentences_with_commas_are_text() -> None:
    values = [f"In the year {n}, when all was quiet, a stranger came to town." for n in range(N)]
    assert kind_of("lore.plot", values) == "text"


def test_lists_of_phrases_are_tags_and_lore_is_never_the_title() -> None:
    table = pl.DataFrame(
        {
            "lore.themes": [f"theme {n}|second theme {n}|revenge" for n in range(N)],
            "lore.style": [f"quiet style of the {n}th kind" for n in range(N)],
            "lore.confidence": ["high", "low"] * (N // 2),
        }
    )
    kinds = [role.kind for role in column_roles(table).values()]
    assert kinds == ["tags", "text", "excluded"]


def test_without_a_named_title_the_first_short_unique_text_is_it() -> None:
    table = film_table().rename({"title": "film"}).select("item_id", "plot", "film")
    roles = column_roles(table)
    assert [roles["plot"].kind, roles["film"].kind] == ["title", "text"]
    long_first = table.with_columns(plot=pl.col("plot") + "x" * 200)
    roles = column_roles(long_first)
    assert [roles["plot"].kind, roles["film"].kind] == ["text", "title"]


def test_there_is_at_most_one_title() -> None:
    table = pl.DataFrame({"name": ["alpha one", "beta two"], "title": ["x y", "z w"]})
    kinds = [role.kind for role in column_roles(table).values()]
    assert kinds == ["text", "title"]


def test_amounts_and_years_are_read_from_text() -> None:
    values = ["81 min", "$1,299.50", "22 Nov 1995", "1995-11-22", "about 5", None, "-3", "1984"]
    expected = [81.0, 1299.5, 1995.0, 1995.0, None, None, -3.0, 1984.0]
    assert as_numbers(pl.Series(values)).to_list() == expected


def test_a_date_is_a_year_and_the_part_of_it_that_has_passed() -> None:
    # July 2 is day 183 of 1995: 1995 + 182 / 366
    found = as_numbers(pl.Series([date(1995, 7, 2)]))[0]
    assert found == pytest.approx(1995.4973, abs=1e-4)


def test_lists_written_as_python_give_clean_tags() -> None:
    found = split_tags(pl.Series(["['Drama', \"War\"]", "Drama", None, ""]), ",")
    assert found.to_list() == [["Drama", "War"], ["Drama"], [], []]


def test_blank_values_are_no_values() -> None:
    assert filled(pl.Series([" ", "N/A", " a "])).to_list() == [None, None, "a"]
    assert filled(pl.Series([1.0, float("nan")])).to_list() == [1.0, None]


def test_a_table_without_rows_has_roles() -> None:
    table = pl.DataFrame(schema={"item_id": pl.String, "title": pl.String, "year": pl.Int64})
    assert [role.kind for role in column_roles(table).values()] == ["excluded"] * 3
