"""Registers in text files: any separator, encoding and compression."""

from __future__ import annotations

import bz2
import codecs
import contextlib
import csv
import gzip
import io
import itertools
import lzma
import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pacsv

from nabij.errors import InputError
from nabij.notes import Note, note
from nabij.register.raw import Raw, asked_of_file, require_columns
from nabij.study import Register

SEPARATORS = {",": ",", ";": ";", "\t": "tab", "|": "|"}
SAMPLE_BYTES = 1 << 18
# What a line, and a row with all the lines within its quotes, may hold.
BLOCK_BYTES = 8 << 20
# A damaged file; RuntimeError: a zip file with a password.
UNREADABLE = (
    pa.ArrowInvalid,
    OSError,
    EOFError,
    RuntimeError,
    lzma.LZMAError,
    zipfile.BadZipFile,
    zlib.error,
)

# Blank lines, and the line by which a spreadsheet is told the separator.
_ABOVE_HEADER = re.compile(r"(?:[ \t]*(?:\r\n|\n|\r))*(?:sep=(.)(?:\r\n|\n|\r))?", re.IGNORECASE)
_LINE_END = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True)
class Layout:
    """How a text file is cut into columns.

    Attributes
    ----------
    header : list of str
    separator : str
    encoding : str
    above : int
        Lines above the header.
    """

    header: list[str]
    separator: str
    encoding: str
    above: int


def read(path: Path, spec: Register) -> Raw:
    """Read a text register; every value stays text."""
    try:
        return _read(path, spec)
    except (UnicodeError, LookupError) as error:
        raise _wrong_encoding(path, error) from None
    except UNREADABLE as error:
        if "UTF8" in str(error):
            raise _wrong_encoding(path, error) from None
        raise _unreadable(path, error) from None


def _read(path: Path, spec: Register) -> Raw:
    notes: list[Note] = []
    fitting = (spec.encoding,) if spec.encoding else _encodings(path)
    layout = sniff(path, spec, fitting[0])
    if spec.separator is None and layout.separator != ",":
        shown = SEPARATORS.get(layout.separator, layout.separator)
        notes.append(note("separator", separator=shown))
    bad: list[Any] = []
    try:
        table = _parse(path, spec, layout)
    except (pa.ArrowInvalid, UnicodeError):
        layout = sniff(path, spec, _encoding_of_all(path, fitting))
        table = _parse(path, spec, layout, bad)
    if layout.encoding not in ("utf-8", spec.encoding):
        notes.append(note("encoding", encoding=layout.encoding))
    rows = np.arange(2, 2 + len(table) + len(bad), dtype=np.int64) + layout.above
    malformed = pd.DataFrame(
        {
            "row": np.array([row.number for row in bad], dtype=np.int64),
            "reason": [
                note("columns", found=row.actual_columns, expected=row.expected_columns)
                for row in bad
            ],
            "text": [row.text for row in bad],
        }
    )
    return Raw(
        table=table.to_pandas(),
        row=rows[~np.isin(rows, malformed["row"])],
        malformed=malformed,
        notes=notes,
        present=tuple(layout.header),
    )


def sniff(path: Path, spec: Register | None, encoding: str) -> Layout:
    """Find out how a text file is laid out.

    The separator is the one that the study or the file states, or that cuts the header into all
    columns that the study names, or else into the most columns.
    """
    sample = _start(path)
    if not sample:
        raise InputError(f"{path}: the file is empty; save it anew, or name another")
    text = sample.decode(encoding, errors="replace").lstrip("\ufeff")
    if not text.strip():
        raise InputError(
            f"{path}: the file holds nothing but white space; save it anew, or name another"
        )
    top = _ABOVE_HEADER.match(text)
    assert top is not None  # it matches nothing at all, too
    text = text[top.end() :]
    if "\0" in _LINE_END.split(text, maxsplit=1)[0]:
        raise InputError(
            f"{path}: is no text that can be read as {encoding} (a spreadsheet or a compressed "
            "file under the name of a text file?); save it as CSV, or set [register] encoding"
        )

    def header_with(separator: str) -> list[str]:
        try:
            return next(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
        except csv.Error:  # a column name without an end: the wrong separator
            return []

    stated = spec.separator if spec is not None else None
    if stated is not None and (len(stated) != 1 or not stated.isascii() or stated in '"\r\n\0'):
        raise InputError(
            f"[register] separator = {stated!r} must be one character, no quote and no letter with "
            'an accent; for a tab write "\\t"'
        )
    asked = asked_of_file(spec).values() if spec is not None else ()
    wanted = {column for columns in asked for column in columns}

    def fits(separator: str) -> tuple[int, int]:
        header = header_with(separator)
        return len(wanted.intersection(header)), len(header)

    separator = stated or top[1] or max(SEPARATORS, key=fits)
    return Layout(header_with(separator), separator, encoding, len(_LINE_END.findall(top.group())))


def first_rows(path: Path, most: int) -> tuple[list[str], list[list[str]]]:
    """Return the header and up to `most` rows from the start of a text file of unknown layout."""
    try:
        layout = sniff(path, None, _encodings(path)[0])
        text = _start(path).decode(layout.encoding, errors="replace").lstrip("\ufeff")
    except UNREADABLE as error:
        raise _unreadable(path, error) from None
    below = itertools.islice(io.StringIO(text, newline=""), layout.above, None)
    lines = csv.reader(below, delimiter=layout.separator)
    if not layout.header:
        raise InputError(f"{path}: its first line cannot be cut into columns; is this a table?")
    width = len(next(lines))
    try:
        return layout.header, [line for line in itertools.islice(lines, most) if len(line) == width]
    except csv.Error:
        return layout.header, []


def _start(path: Path) -> bytes:
    """Return the start of a file, with at least the whole first line."""
    with _decompressed(path) as file:
        sample = file.read(SAMPLE_BYTES)
        while len(sample) < BLOCK_BYTES and not (b"\n" in sample or b"\r" in sample):
            more = file.read(SAMPLE_BYTES)
            if not more:
                break
            sample += more
    return sample


class _Lines:
    """A file that counts its lines while it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.closed = False
        self._feeds = self._returns = 0

    def read(self, size: int = -1) -> bytes:
        block = self.file.read(size)
        self._feeds += block.count(b"\n")
        self._returns += block.count(b"\r")
        return block

    @property
    def ended(self) -> int:
        """Ends of lines seen; carriage returns alone end lines where there are no others."""
        return max(self._feeds, self._returns)


def _parse(
    path: Path, spec: Register, layout: Layout, malformed: list[Any] | None = None
) -> pa.Table:
    """Return the wanted columns; lines that cannot be cut into columns go to `malformed`.

    Without that list such a line is an error, and the rest is faster: the number of a row is only
    known when lines are read one after another.
    """

    def keep(row: Any) -> str:
        assert malformed is not None
        malformed.append(row)
        return "skip"

    columns = require_columns(path, spec, layout.header)
    try:
        with _decompressed(path) as file:
            lines = _Lines(file)
            table = pacsv.read_csv(
                pa.PythonFile(lines, mode="r"),
                read_options=pacsv.ReadOptions(
                    use_threads=malformed is None,
                    encoding=layout.encoding,
                    block_size=BLOCK_BYTES,
                    skip_rows=layout.above,
                ),
                parse_options=pacsv.ParseOptions(
                    delimiter=layout.separator,
                    newlines_in_values=True,
                    ignore_empty_lines=False,  # they count in row numbers
                    invalid_row_handler=keep if malformed is not None else None,
                ),
                convert_options=pacsv.ConvertOptions(
                    include_columns=columns,
                    column_types={column: pa.string() for column in columns},
                    strings_can_be_null=False,
                ),
            )
    except pa.ArrowInvalid as error:
        if "straddling" in str(error):
            _require_closed_quotes(path, layout)
        raise
    if lines.ended > layout.above + 1 + len(table) + len(malformed or ()):
        _require_closed_quotes(path, layout)  # some ends of lines stand within quotes
    return table


def _require_closed_quotes(path: Path, layout: Layout) -> None:
    """Raise if a quote takes in the lines below its own, or a value has no end."""
    with _decompressed(path) as file:
        text = io.TextIOWrapper(file, encoding=layout.encoding, errors="replace", newline="")
        lines = csv.reader(
            itertools.islice(text, layout.above, None), delimiter=layout.separator, strict=True
        )
        for row in itertools.count(1 + layout.above):
            before = lines.line_num
            try:
                closed = not any(_holds_rows(value, layout) for value in next(lines))
            except StopIteration:
                return
            except csv.Error as error:
                closed = lines.line_num == before + 1 and "limit" not in str(error)
            if not closed:
                raise InputError(
                    f"{path}: row {row} has a value that does not end on its line: a quote that is "
                    "not closed? Mend that row"
                )


def _holds_rows(value: str, layout: Layout) -> bool:
    """Tell whether a value of several lines has whole rows among them."""
    between = len(layout.header) - 1
    return between > 0 and any(
        line.count(layout.separator) >= between for line in _LINE_END.split(value)[1:-1]
    )


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


def _encodings(path: Path) -> tuple[str, ...]:
    """Return the encodings in which the start of a file can be read, likeliest first.

    UTF-16 shows in its byte order mark, or in the NUL bytes of its Latin letters. Windows-1252 is
    what spreadsheets on Western European machines write; the few bytes that it leaves undefined
    are defined in Latin-1.
    """
    start = _start(path)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ("utf-16",)
    half = max(len(start) // 2, 1)
    if start[1::2].count(0) > 0.8 * half:
        return ("utf-16-le",)
    if start[::2].count(0) > 0.8 * half:
        return ("utf-16-be",)
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return ("cp1252", "latin-1")
    return ("utf-8", "cp1252", "latin-1")


def _encoding_of_all(path: Path, encodings: tuple[str, ...]) -> str:
    """Return the first of these encodings in which a whole file can be read."""
    *others, last = encodings
    for encoding in others:
        with contextlib.suppress(UnicodeDecodeError):
            _decode(path, encoding)
            return encoding
    _decode(path, last)
    return last


def _decode(path: Path, encoding: str) -> None:
    with (
        _decompressed(path) as file,
        io.TextIOWrapper(file, encoding=encoding, newline="") as text,
    ):
        while text.read(BLOCK_BYTES):
            pass


def _wrong_encoding(path: Path, error: Exception) -> InputError:
    return InputError(
        f"{path}: cannot be read in its encoding ({error}); set [register] encoding, for instance "
        '"utf-8", "cp1252" or "utf-16"'
    )


def _unreadable(path: Path, error: Exception) -> InputError:
    reason = next(iter(str(error).splitlines()), type(error).__name__)
    return InputError(
        f"{path}: cannot be read as a text table: {reason} (a damaged file?); save or fetch it anew"
    )
