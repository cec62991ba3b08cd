"""Tables in Parquet files: cells as text like those of CSV, and back into the very types they came in."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

from gradus.errors import Fault
from gradus.lab.gan.tables import MISSING, Table, check_names


def read_parquet(path: Path) -> Table:
    """Return the table of a Parquet file; times of day are kept to the second, those of a zone in UTC.

    Raises:
        Fault: a file that cannot be read or is no Parquet, or pyarrow that is missing.
    """
    arrow, parquet = _arrow()
    try:
        with parquet.ParquetFile(path) as file:
            read = file.read()
    except OSError as error:
        raise Fault(str(path), "file", None, f"cannot be read: {str(error)[:80]}", "check its name and kind") from None
    except ValueError as error:  # what pyarrow raises of files that are something else
        raise Fault(str(path), "file", None, f"is no Parquet file: {str(error)[:80]}", "give CSV or Parquet") from None
    names = tuple(read.column_names)
    check_names(str(path), names)
    columns = tuple(_cells(arrow, column) for column in read)
    types = arrow.schema([(name, _kept(arrow, column.type)) for name, column in zip(names, read, strict=True)])
    schema = base64.b64encode(types.serialize().to_pybytes()).decode()
    return Table(names, columns, str(path), first_row=1, schema=schema)


def _cells(arrow: Any, column: Any) -> tuple[str, ...]:
    if arrow.types.is_timestamp(column.type):
        column = column.cast(arrow.timestamp("s"), safe=False)  # the zone, if any, is left: Arrow counts in UTC
    return tuple("" if cell is None else _spelled(cell) for cell in column.to_pylist())


def _spelled(cell: Any) -> str:
    return cell.isoformat() if hasattr(cell, "isoformat") else str(cell)


def _kept(arrow: Any, kind: Any) -> Any:
    """Return the type that samples are written in: that of the column, or text where none can be made of text."""
    try:
        _typed(arrow, [], kind)
    except (arrow.ArrowNotImplementedError, arrow.ArrowInvalid):
        return arrow.string()
    return kind


def write_parquet(table: Table, path: Path, values: dict[str, list[Any]]) -> None:
    """Write a table as Parquet, `null` where missing.

    Args:
        table: whose columns have the types of its schema, if it has one.
        path: of the file.
        values: the columns' values, from which types are told without a schema.

    Raises:
        Fault: pyarrow is missing, or a file that cannot be written.
    """
    arrow, parquet = _arrow()
    if table.schema:
        known = arrow.ipc.read_schema(arrow.py_buffer(base64.b64decode(table.schema)))
        columns = {name: _column(arrow, table.column(name), known.field(name).type) for name in table.names}
    else:
        columns = {name: _array(arrow, values[name]) for name in table.names}
    try:
        parquet.write_table(arrow.table(columns), path)
    except OSError as error:
        rule = f"cannot be written: {error.strerror or str(error)[:80]}"
        raise Fault(str(path), "file", None, rule, "check the folder, its rights and the disk") from None


def _column(arrow: Any, cells: tuple[str, ...], kind: Any) -> Any:
    return _typed(arrow, [None if cell in MISSING else cell for cell in cells], kind)


def _typed(arrow: Any, cells: list[str | None], kind: Any) -> Any:
    """Return texts as an array of a type, by Arrow's own reading."""
    texts = arrow.array(cells, arrow.string())
    if arrow.types.is_dictionary(kind):
        return _typed(arrow, cells, kind.value_type).dictionary_encode().cast(kind)
    if arrow.types.is_timestamp(kind):
        return texts.cast(arrow.timestamp("s")).cast(arrow.timestamp(kind.unit)).cast(kind)
    return texts.cast(kind)


def _array(arrow: Any, values: list[Any]) -> Any:
    try:
        return arrow.array(values)
    except OverflowError:  # whole numbers beyond 64 bits
        return arrow.array([None if value is None else float(value) for value in values])


def _arrow() -> tuple[Any, Any]:
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError:
        remedy = "install gradus[tables], or give CSV"
        raise Fault("", "Parquet", None, "needs the package pyarrow", remedy) from None
    return pa, parquet
