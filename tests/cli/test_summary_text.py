from lorewise.cli.summary_text import aligned, lines_of


def test_wide_characters_take_two_columns() -> None:
    # "椅子" is four columns wide, "ab" two
    assert aligned(["t", "n"], [["椅子", 1], ["ab", 22]]).splitlines() == [
        "t      n",
        "椅子   1",
        "ab    22",
    ]


def test_a_table_without_rows_is_its_header() -> None:
    assert aligned(["a", "b"], []) == "a  b"


def test_what_is_unknown_is_left_blank() -> None:
    assert aligned(["a", "b"], [[0.5, "x"], [None, "y"]]).splitlines()[2] == "        y"


def test_lists_and_nested_values_are_one_line_each() -> None:
    values = {"a": {"b": {"c": 1}}, "d": [1, 2]}
    assert list(lines_of(values, "")) == ["a:", "  b:", "    c: 1", "d: [1, 2]"]
