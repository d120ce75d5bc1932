"""The rows of tables as HTML.

Pages have tens of thousands of cells: a template would take ten times as long for each.
"""

from __future__ import annotations

from markupsafe import Markup, escape

from phlogiston_assets.domain.pages.tables import Cell, Column, Table


def table_rows(table: Table) -> Markup:
    """All rows of a table; the first cell of each is its heading."""
    rows = []
    for row in table.rows:
        cells = [
            _cell(cell, column, heading=place == 0)
            for place, (column, cell) in enumerate(zip(table.columns, row, strict=True))
        ]
        rows.append(f"    <tr>{''.join(cells)}    </tr>\n")
    return Markup("".join(rows))  # noqa: S704 - each cell is escaped


def _cell(cell: Cell, column: Column, *, heading: bool) -> str:
    tag, begin = ("th", 'th scope="row"') if heading else ("td", "td")
    classes = cell.classes(column)
    parts = [f"    <{begin}"]
    if classes:
        parts.append(f' class="{escape(classes)}"')
    if cell.sort:
        parts.append(f' data-sort="{escape(cell.sort)}"')
    parts.append(">")
    if cell.colour:
        parts.append(f'<i class="swatch" data-colour="{escape(cell.colour)}"></i>')
    text = escape(cell.text)
    parts.append(f'<a href="{escape(cell.href)}">{text}</a>' if cell.href else text)
    if cell.aside:
        parts.append(f" <small>{escape(cell.aside)}</small>")
    parts.append(f"</{tag}>")
    return "".join(parts)
