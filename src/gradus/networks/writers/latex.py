"""A described network as a LaTeX table with the derivation of every number."""

from __future__ import annotations

from gradus.networks.checks import Shape
from gradus.networks.formula import piece
from gradus.networks.layer import Layer
from gradus.networks.printing import LATEX, PRODUCT
from gradus.networks.table import Row, Table
from gradus.networks.text import write_item

SPECIAL = str.maketrans({"_": r"\_", "&": r"\&", "%": r"\%", "#": r"\#", "$": r"\$", "{": r"\{", "}": r"\}"})


def latex_table(table: Table) -> str:
    """Return a `longtable` with a row for each layer; needs the packages amsmath, booktabs and longtable."""
    head = [r"\begin{longtable}{llll}", r"\toprule", r"layer & output & size & parameters \\", r"\midrule"]
    body = [_row(row) for row in table.rows]
    total = table.parameters_working.latex if table.parameters else "0"
    tail = [r"\midrule", rf"\multicolumn{{4}}{{l}}{{parameters: ${total}$}} \\", r"\bottomrule", r"\end{longtable}"]
    return "\n".join((*head, *body, *tail))


def latex_shape(shape: Shape) -> str:
    r"""Write a shape in LaTeX.

    >>> latex_shape((126, 126, 64))
    '126 \\times 126 \\times 64'
    """
    return r" \times ".join(piece(size, LATEX).inside(PRODUCT) for size in shape)


def _row(row: Row) -> str:
    name = write_item(row.layer) if isinstance(row.layer, Layer) else row.layer.word
    size = f"${row.output_working.latex}$" if row.output_working.parts else ""
    parameters = f"${row.parameters_working.latex}$" if row.parameters_working.text != "0" else ""
    return rf"{name.translate(SPECIAL)} & ${latex_shape(row.output)}$ & {size} & {parameters} \\"
