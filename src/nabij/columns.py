"""Columns of typed files, as a study means them: a code is text however it was stored."""

from __future__ import annotations

import contextlib

import pyarrow as pa
import pyarrow.compute as pc


def as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column as text, empty where it holds nothing; whole numbers without a point.

    Raises
    ------
    pyarrow.ArrowException
        If its values cannot be written as text.

    Examples
    --------
    >>> as_text(pa.chunked_array([[7111.0, None, 111.0]])).to_pylist()
    ['7111', '', '111']
    """
    column = _plain(column)
    if pa.types.is_floating(column.type) or pa.types.is_decimal(column.type):
        with contextlib.suppress(pa.ArrowInvalid):  # not all are whole
            column = column.cast(pa.int64())
    text = column.cast(pa.string())
    text.validate(full=True)  # bytes that are no UTF-8
    return pc.fill_null(text, "")


def as_number(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column of numbers as float64, any other as text.

    Raises
    ------
    pyarrow.ArrowException
        If its values are no numbers and cannot be written as text.

    Examples
    --------
    >>> as_number(pa.chunked_array([[1, None]])).to_pylist()
    [1.0, None]
    """
    column = _plain(column)
    kind = column.type
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return column.cast(pa.float64(), safe=False)
    return as_text(column)


def unusable(column: pa.ChunkedArray) -> str:
    """Say what a column holds that is neither text nor numbers.

    >>> unusable(pa.chunked_array([[[1, 2]]]))
    'list<item: int64>, which is neither text nor numbers'
    """
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        return "text that is not UTF-8; save the file anew as UTF-8"
    return f"{column.type}, which is neither text nor numbers"


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return values instead of their places in a list of values, and nulls instead of NaN."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_floating(column.type):
        column = pc.if_else(pc.is_nan(column), None, column)
    return column
