from lorewise.data.inspection.finding import first_names


def test_three_names_are_shown_whole() -> None:
    assert first_names(["a", "b", "c"]) == "'a', 'b', 'c'"


def test_a_name_with_a_quote_stays_readable() -> None:
    assert first_names(["o'neill"]) == '"o\'neill"'
