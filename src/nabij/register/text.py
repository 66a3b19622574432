"""Registers in text files: any separator, encoding and compression."""

from __future__ import annotations

import bz2
import codecs
import csv
import gzip
import io
import itertools
import lzma
import zipfile
from pathlib import Path
from typing import IO, Any, cast

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pacsv

from nabij.errors import InputError
from nabij.notes import Note, note
from nabij.register.raw import Raw, require_columns, wanted_columns
from nabij.study import Register

SEPARATORS = {",": ",", ";": ";", "\t": "tab", "|": "|"}
SAMPLE_BYTES = 1 << 18


def read(path: Path, spec: Register) -> Raw:
    """Read a text register; every value stays text."""
    try:
        return _read(path, spec)
    except (UnicodeDecodeError, LookupError) as error:
        raise _wrong_encoding(path, error) from None
    except (pa.ArrowInvalid, OSError, EOFError, lzma.LZMAError) as error:
        if "UTF8" in str(error):
            raise _wrong_encoding(path, error) from None
        raise _unreadable(path, error) from None


def _read(path: Path, spec: Register) -> Raw:
    notes: list[Note] = []
    encoding = spec.encoding or _encoding_from_start(path)
    header, separator = sniff(path, spec, encoding)
    if spec.separator is None and separator != ",":
        notes.append(note("separator", separator=SEPARATORS[separator]))
    columns = require_columns(path, spec, header)
    try:
        table, bad = _parse(path, columns, separator, encoding)
    except pa.ArrowInvalid as error:
        if "UTF8" not in str(error) or spec.encoding:
            raise
        # Not UTF-8. Windows-1252 is what spreadsheets on Western European machines write; the few
        # bytes that it leaves undefined are defined in Latin-1.
        encoding = "cp1252"
        header, _ = sniff(path, spec, encoding)
        columns = require_columns(path, spec, header)
        try:
            table, bad = _parse(path, columns, separator, encoding)
        except (pa.ArrowInvalid, UnicodeDecodeError):
            encoding = "latin-1"
            table, bad = _parse(path, columns, separator, encoding)
    if encoding not in ("utf-8", spec.encoding):
        notes.append(note("encoding", encoding=encoding))
    frame = table.to_pandas()
    return Raw(
        table=frame,
        row=_row_numbers(len(frame), bad["row"].to_numpy(dtype=np.int64)),
        malformed=bad,
        notes=notes,
    )


def sniff(path: Path, spec: Register | None, encoding: str) -> tuple[list[str], str]:
    """Return the header and the separator of a text file.

    The separator is the one that cuts the header into all columns that the study names, or else
    into the most columns.
    """
    with _decompressed(path) as file:
        sample = file.read(SAMPLE_BYTES)
    if not sample:
        raise InputError(f"{path}: the file is empty")
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    text = decoder.decode(sample).lstrip("\ufeff")
    if not text.strip():
        raise InputError(f"{path}: the file holds nothing but white space")

    def header_with(separator: str) -> list[str]:
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=separator))

    if spec is not None and spec.separator is not None:
        if len(spec.separator) != 1:
            raise InputError(
                f"[register] separator = {spec.separator!r} must be one character; "
                'for a tab write "\\t"'
            )
        return header_with(spec.separator), spec.separator
    wanted = set(wanted_columns(spec).values()) if spec is not None else set()

    def fits(separator: str) -> tuple[int, int]:
        header = header_with(separator)
        return len(wanted.intersection(header)), len(header)

    best = max(SEPARATORS, key=fits)
    return header_with(best), best


def first_rows(path: Path, most: int) -> tuple[list[str], list[list[str]]]:
    """Return the header and up to `most` rows from the start of a text file of unknown layout."""
    try:
        encoding = _encoding_from_start(path)
        header, separator = sniff(path, None, encoding)
        with _decompressed(path) as file:
            text = file.read(SAMPLE_BYTES).decode(encoding, errors="replace").lstrip("\ufeff")
    except (OSError, EOFError, lzma.LZMAError) as error:
        raise _unreadable(path, error) from None
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    next(lines)
    rows = [line for line in itertools.islice(lines, most) if len(line) == len(header)]
    return header, rows


def _parse(
    path: Path, columns: list[str], separator: str, encoding: str
) -> tuple[pa.Table, pd.DataFrame]:
    bad: list[Any] = []

    def keep_malformed(row: Any) -> str:
        bad.append(row)
        return "skip"

    def parse(use_threads: bool) -> pa.Table:
        with _decompressed(path) as file:
            return pacsv.read_csv(
                pa.PythonFile(file, mode="r"),
                read_options=pacsv.ReadOptions(
                    use_threads=use_threads, encoding=encoding, block_size=8 << 20
                ),
                parse_options=pacsv.ParseOptions(
                    delimiter=separator,
                    newlines_in_values=True,
                    invalid_row_handler=keep_malformed,
                ),
                convert_options=pacsv.ConvertOptions(
                    include_columns=columns,
                    column_types={column: pa.string() for column in columns},
                    strings_can_be_null=False,
                ),
            )

    table = parse(use_threads=True)
    if bad:  # row numbers of malformed lines are only known when read in one thread
        bad.clear()
        table = parse(use_threads=False)
    return table, pd.DataFrame(
        {
            "row": np.array([row.number for row in bad], dtype=np.int64),
            "reason": [
                note("columns", found=row.actual_columns, expected=row.expected_columns)
                for row in bad
            ],
            "text": [row.text for row in bad],
        }
    )


def _row_numbers(good: int, bad: np.ndarray) -> np.ndarray:
    """Return the file's row number of each good row, given those of the malformed ones."""
    numbers = np.arange(2, 2 + good + len(bad), dtype=np.int64)
    return numbers[~np.isin(numbers, bad)][:good]


def _decompressed(path: Path) -> IO[bytes]:
    suffix = path.suffix.lower()
    if suffix == ".gz":
        return cast(IO[bytes], gzip.open(path, "rb"))
    if suffix == ".bz2":
        return cast(IO[bytes], bz2.open(path, "rb"))
    if suffix == ".xz":
        return cast(IO[bytes], lzma.open(path, "rb"))
    if suffix == ".zst":
        return cast(IO[bytes], pa.input_stream(str(path), compression="zstd"))
    if suffix == ".zip":
        return _only_member(path)
    return path.open("rb")


def _only_member(path: Path) -> IO[bytes]:
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile:
        raise InputError(f"{path}: is not a valid zip file") from None
    members = [name for name in archive.namelist() if not name.endswith("/")]
    if len(members) != 1:
        raise InputError(
            f"{path}: holds {len(members)} files ({', '.join(members[:5])}); "
            "unpack it and name the one to read"
        )
    return archive.open(members[0])


def _encoding_from_start(path: Path) -> str:
    """Tell UTF-16 by its byte order mark, or by the NUL bytes of its Latin letters."""
    with _decompressed(path) as file:
        start = file.read(1024)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    half = max(len(start) // 2, 1)
    if start[1::2].count(0) > 0.8 * half:
        return "utf-16-le"
    if start[::2].count(0) > 0.8 * half:
        return "utf-16-be"
    return "utf-8"


def _wrong_encoding(path: Path, error: Exception) -> InputError:
    return InputError(
        f"{path}: cannot be read in its encoding ({error}); set [register] encoding, for instance "
        '"utf-8", "cp1252" or "utf-16"'
    )


def _unreadable(path: Path, error: Exception) -> InputError:
    return InputError(
        f"{path}: cannot be read as a text table: {str(error).splitlines()[0]} "
        "(an unbalanced quote or a damaged file?)"
    )
