from rich.table import Table

from lorewise.cli.table_text import table_text


def test_tables_stand_one_below_the_other_and_are_not_cut_off() -> None:
    table = Table("name", box=None, pad_edge=False)
    table.add_row("x" * 150)
    assert table_text([table, table]).split() == ["name", "x" * 150, "name", "x" * 150]
