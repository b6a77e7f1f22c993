import re
from xml.etree import ElementTree

from lorewise.evaluation.themed_svg import GRID, INK, SERIES, new_figure, svg_text


def drawn(name: str = "one", label: str = "a line") -> str:
    figure = new_figure(3, 2)
    axes = figure.add_subplot()
    axes.plot([0, 1], [1, 2], color=SERIES[2])
    axes.grid(color=GRID)
    axes.set_xlabel("less < more", color=INK)
    return svg_text(figure, name=name, label=label)


def test_colors_and_type_are_left_to_the_page() -> None:
    svg = drawn()

    assert "var(--series-2)" in svg
    assert "var(--ink)" in svg
    assert "var(--grid)" in svg
    assert SERIES[2] not in svg
    assert "var(--sans)" in svg
    assert "DejaVu" not in svg


def test_the_picture_is_one_element_with_a_name_for_those_who_cannot_see_it() -> None:
    svg = drawn(label='shows "<a>" & b')
    root = ElementTree.fromstring(svg)

    assert root.get("role") == "img"
    assert root.get("aria-label") == 'shows "<a>" & b'
    assert "metadata" not in svg
    assert "less &lt; more" in svg


def test_ids_of_two_pictures_differ_and_references_follow() -> None:
    first, second = (set(re.findall(r'\sid="([^"]+)"', drawn(name))) for name in ("one", "two"))
    referenced = set(re.findall(r'(?:url\(#|href="#)([^)"]+)', drawn("one")))

    assert not first & second
    assert referenced
    assert referenced <= first


def test_the_same_figure_is_the_same_text() -> None:
    assert drawn() == drawn()
