"""Lines of text files that are cut, quoted, blank or broken in every way."""

import bz2
import gzip
import lzma
import zipfile

import pyarrow as pa
import pytest

from nabij import InputError
from nabij.register import read
from nabij.register.guess import guess


def lines_of(country):
    return (country.folder / "register.csv").read_bytes().splitlines()


def write(country, lines, end=b"\n"):
    (country.folder / "register.csv").write_bytes(end.join(lines) + end)


def said(counts):
    return {str(reason): n for reason, n in counts.items()}


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_every_end_of_line_is_read(country, end):
    write(country, lines_of(country), end)
    assert read(country.study().register).counts["rows_kept"] == 400


def test_blank_lines_are_set_aside_and_count_in_row_numbers(country):
    lines = lines_of(country)
    lines[5:5] = [b"", b",,,,"]
    lines[20] = b'E,"",120000,420000,1'
    lines[30] += b",6,7"
    write(country, [*lines, b""])
    found = read(country.study().register)
    assert said(found.counts["set_aside"]) == {"empty row": 3}
    assert found.rejected["row"].tolist() == [21, 31]
    assert found.counts["rows_read"] == 403
    assert found.counts["rows_kept"] == 398


@pytest.mark.parametrize("above", [[b""], [b"  ", b""], [b"sep=;"], [b"", b"SEP=;"]])
def test_lines_above_the_header_are_passed_over(country, above):
    lines = [line.replace(b",", b";") for line in lines_of(country)]
    lines[3] += b";6"
    write(country, [*above, *lines])
    found = read(country.study().register)
    assert found.counts["rows_kept"] == 399
    assert found.rejected["row"].tolist() == [4 + len(above)]
    assert guess(country.folder / "register.csv").roles["code"] == "sbi"


def test_a_quoted_value_may_go_on_over_lines_and_is_one_row(country):
    lines = lines_of(country)
    lines[4] = b'"E\n,3",2611,120000,420000,1'
    lines[9] = b"a,b"
    write(country, lines)
    found = read(country.study().register)
    assert found.table["id"][3] == "E\n,3"
    assert found.rejected["row"].tolist() == [10]


@pytest.mark.parametrize(
    ("line", "later"),
    [
        (b'"E7,2611,120000,420000,1', None),  # takes in all below
        (b'E7,2611,120000,420000,"1', None),  # as the last column, with as many columns
        (b'"E7,2611,120000,420000,1', b'"E9",2611,120000,420000,1'),  # up to the next quote
        (b'E7,2611,120000,420000,"1', b'"E9",2611,120000,420000,1'),
        (b'"E7,2611,120000,420000,1', b'E9",2611,120000,420000,1'),  # as if it were meant
    ],
)
def test_a_quote_that_takes_in_the_lines_below_is_named_by_its_row(country, line, later):
    lines = lines_of(country)
    lines[7] = line
    lines[12] = later or lines[12]
    write(country, lines)
    with pytest.raises(InputError, match=r"register\.csv: row 8 .*quote that is not closed"):
        read(country.study().register)


def test_a_value_without_an_end_is_named_by_its_row(country):
    lines = lines_of(country)
    lines[7] = b"x" * 20_000_000
    write(country, lines)
    with pytest.raises(InputError, match=r"register\.csv: row 8 "):
        read(country.study().register)


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "cp1252", "utf-16"])
def test_a_malformed_line_with_accents_is_listed_in_every_encoding(country, encoding):
    text = b"\n".join(lines_of(country)).decode().replace("id,", "numéro,")
    (country.folder / "register.csv").write_bytes(f"{text}\nCafé,2\n".encode(encoding))
    found = read(country.study(register={"id": "numéro"}).register)
    assert found.counts["rows_kept"] == 400
    assert found.rejected[["row", "text"]].to_numpy().tolist() == [[402, "Café,2"]]


@pytest.mark.parametrize("suffix", [".gz", ".bz2", ".xz", ".zip", ".zst"])
def test_a_compressed_file_may_be_as_odd_as_any(country, suffix):
    register = country.register.assign(name="Café\nBar")
    odd = register.to_csv(index=False, lineterminator="\n") + "Café,2\n"
    path = country.folder / "odd.csv"
    path.write_bytes(odd.encode("latin-1"))
    compress(path, path.with_suffix(f".csv{suffix}"))
    study = country.study(register={"path": f"odd.csv{suffix}", "name": "name"})
    found = read(study.register)
    assert found.counts["rows_kept"] == 400
    assert set(found.table["name"]) == {"Café\nBar"}
    assert found.rejected["row"].tolist() == [402]


def compress(source, target):
    content = source.read_bytes()
    if target.suffix == ".zip":
        with zipfile.ZipFile(target, "w") as archive:
            archive.writestr("odd.csv", content)
    elif target.suffix == ".zst":
        with pa.output_stream(str(target), compression="zstd") as stream:
            stream.write(content)
    else:
        made = {".gz": gzip, ".bz2": bz2, ".xz": lzma}[target.suffix]
        target.write_bytes(made.compress(content))


def test_quotes_in_the_middle_of_a_value_are_part_of_it(country):
    lines = lines_of(country)
    lines[7] = b'Jan "de" B,2611,120000,420000,1'
    write(country, lines)
    assert 'Jan "de" B' in set(read(country.study().register).table["id"])


@pytest.mark.parametrize("column", [b"E\x007,2611", b"E7,26\x0011"])
def test_a_nul_byte_is_listed_with_its_row_number(country, column):
    lines = lines_of(country)
    lines[7] = column + b",120000,420000,1"
    write(country, lines)
    found = read(country.study().register)
    assert found.rejected["row"].tolist() == [8]
    assert "NUL" in str(found.rejected["reason"][0])


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04\x14\x00\x06\x00", b"\x1f\x8b\x08\x00\x00", b"P\0\0\0"]
)
def test_what_is_no_text_is_said_to_be_none(country, content):
    (country.folder / "register.csv").write_bytes(content * 40)
    with pytest.raises(InputError, match=r"register\.csv: is no text"):
        read(country.study().register)


def test_a_file_in_which_every_line_is_too_long_says_so(country):
    header, *lines = lines_of(country)
    write(country, [header, *(line + b"," for line in lines)])
    with pytest.raises(InputError, match=r"6 columns where the header has 5: 400"):
        read(country.study().register)


def test_a_message_shows_no_more_of_a_broken_header_than_fits_a_line(country):
    header, *lines = lines_of(country)
    write(country, [b'"' + header, *lines])
    with pytest.raises(InputError) as caught:
        read(country.study().register)
    assert len(str(caught.value).removeprefix(str(country.folder))) < 200
    assert "\n" not in str(caught.value)


def test_a_header_may_be_very_wide(country):
    header, *lines = lines_of(country)
    names = b",".join(b"c%d" % number for number in range(60_000))
    write(country, [names + b"," + header, *(b"," * 60_000 + line for line in lines[:9])])
    assert read(country.study().register).counts["rows_kept"] == 9


@pytest.mark.parametrize("encoding", ["hex", "idna", "nonsense", "undefined"])
def test_an_encoding_that_is_none_says_which_key_to_set(country, encoding):
    with pytest.raises(InputError, match=r"set \[register\] encoding"):
        read(country.study(register={"encoding": encoding}).register)


@pytest.mark.parametrize("separator", ["é", '"', "\n", ";;"])
def test_a_separator_that_cannot_be_one_is_named(country, separator):
    with pytest.raises(InputError, match=r"\[register\] separator"):
        read(country.study(register={"separator": separator}).register)
