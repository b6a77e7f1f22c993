from lorewise.data.inspection.id_orders import id_orders
from lorewise.data.vocabulary import Vocabulary


def in_order(items: Vocabulary, name: str) -> list[str]:
    places = id_orders(items)[name]
    return sorted(items.ids, key=lambda key: int(places[items.number_of[key]]))


def test_numbers_have_an_alphabetical_and_a_numeric_order() -> None:
    items = Vocabulary.of(["10", "9", "1"])
    assert in_order(items, "alphabetical") == ["1", "10", "9"]
    assert in_order(items, "numeric") == ["1", "9", "10"]


def test_ids_that_are_not_all_numbers_have_no_numeric_order() -> None:
    assert list(id_orders(Vocabulary.of(["1", "b"]))) == ["alphabetical"]
    assert list(id_orders(Vocabulary.of([]))) == ["alphabetical"]


def test_numbers_beyond_64_bits_are_ordered_too() -> None:
    items = Vocabulary.of([str(10**30), str(10**29), "5"])
    assert in_order(items, "numeric") == ["5", str(10**29), str(10**30)]
