"""Files as other programs write them."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csm.errors import InvalidInput
from sources.text_file import LINE, TextFile, read_text_file


def read(path: Path, data: bytes, expected: tuple[str, ...] = ("a", "b")) -> TextFile:
    file = path / "some.csv"
    file.write_bytes(data)
    text = read_text_file(file, expected)
    assert text is not None
    return text


def cells(text: TextFile) -> list[tuple[str, ...]]:
    return text.rows(range(text.frame.height))


PLAIN = [("x", "1"), ("y", "2")]


@pytest.mark.parametrize(
    "data",
    [
        b"a,b\nx,1\ny,2\n",
        b"a,b\r\nx,1\r\ny,2",
        b"\xef\xbb\xbfa,b\nx,1\ny,2\n\n\n\r\n",
        "a,b\nx,1\ny,2\n".encode("utf-16"),
        b"\xfe\xff" + "a,b\r\nx,1\r\ny,2".encode("utf-16-be"),
        b"a;b\nx;1\ny;2\n",
        b"a\tb\nx\t1\ny\t2\n",
        b" a , b \n  x,1 \n y,  2\n",
        b'"a","b"\n"x","1"\n"y","2"\n',
        b"a,b\n\nx,1\n\n\ny,2\n",
        b"a,b\nx,1\n,\ny,2\n,\n",
        b"a,b\rx,1\ry,2\r",
        b"a,b\nx,1,,\ny,2,,\n",
    ],
)
def test_the_same_rows_however_they_are_written(tmp_path: Path, data: bytes) -> None:
    text = read(tmp_path, data)
    assert text.header[:2] == ("a", "b")
    assert cells(text) == PLAIN
    assert text.ragged == ()
    assert text.warnings == ()


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1"])
def test_windows_letters_are_read_with_a_warning(tmp_path: Path, encoding: str) -> None:
    text = read(tmp_path, "a,b\nCafé Zürich,1\n".encode(encoding))
    assert cells(text) == [("Café Zürich", "1")]
    assert "not UTF-8" in text.warnings[0]


def test_bytes_that_windows_does_not_know_are_still_read(tmp_path: Path) -> None:
    assert cells(read(tmp_path, b"a,b\nx\x81\xe9,1\n")) == [("x\x81é", "1")]


def test_lines_are_the_file_s_own_after_quoted_newlines(tmp_path: Path) -> None:
    text = read(tmp_path, b'a,b\n"one\r\ntwo\nthree",1\n\nx,2\n"q ""quoted""",3\n')
    assert cells(text) == [("one\r\ntwo\nthree", "1"), ("x", "2"), ('q "quoted"', "3")]
    assert text.frame[LINE].to_list() == [2, 6, 7]


def test_ragged_rows_are_set_apart_with_their_lines(tmp_path: Path) -> None:
    text = read(tmp_path, b"a,b\nx,1\nshort\nlong,1,2\ny,2\n")
    assert cells(text) == PLAIN
    assert [(bad.line, bad.row) for bad in text.ragged] == [
        (3, ("short",)),
        (4, ("long", "1", "2")),
    ]
    assert "has 1 field, where the header has 2" in str(text.ragged[0])


def test_as_many_fields_too_many_as_too_few_are_noticed(tmp_path: Path) -> None:
    text = read(tmp_path, b"a,b\nx\ny,2,3\n")
    assert [bad.line for bad in text.ragged] == [2, 3]


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf", b"  \r\n "])
def test_a_file_with_nothing_in_it(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "some.csv").write_bytes(data)
    assert read_text_file(tmp_path / "some.csv", ("a",)) is None


def test_a_header_alone(tmp_path: Path) -> None:
    text = read(tmp_path, b"a,b\n")
    assert text.header == ("a", "b")
    assert text.frame.height == 0


def test_an_unclosed_quote_names_the_row(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"some\.csv, line 3: .*quotation mark"):
        read(tmp_path, b'a,b\nx,1\n"never closed,2\ny,3\n')


def test_a_column_named_twice(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match='names the column "a" twice'):
        read(tmp_path, b"a,b,a\n1,2,3\n")


def test_broken_utf_16(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="Save it again as UTF-8"):
        read(tmp_path, b"\xff\xfea\x00,\x00\x00\xd8")


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "some.csv").mkdir()
    with pytest.raises(InvalidInput, match=r"some\.csv cannot be read"):
        read_text_file(tmp_path / "some.csv", ("a",))


def test_the_separator_is_the_one_that_finds_the_names(tmp_path: Path) -> None:
    text = read(tmp_path, b"a;b;c,d\n1;2;3,4\n", ("a", "b", "c,d"))
    assert text.header == ("a", "b", "c,d")


HEADER = ["a", "b", "c"]
CELLS = st.text(alphabet='xy é",;\n\t ', max_size=4)


@given(
    rows=st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=5),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL, csv.QUOTE_NONNUMERIC]),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_whatever_a_csv_writer_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], quoting: Any, end: str
) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=quoting, lineterminator=end)
    writer.writerows([HEADER, *rows])
    text = read(tmp_path_factory.mktemp("csv"), out.getvalue().encode(), tuple(HEADER))
    stripped = [tuple(cell.strip() for cell in row) for row in rows]
    assert cells(text) == [row for row in stripped if any(row)]
    assert text.ragged == ()


@pytest.mark.parametrize(
    "data",
    [
        b'a,b\n"x,1"\ny,2\n',
        b'a,b\n"x,",1\ny,2\n',
        b'a,b\n"x\ny",2\n',
        b'a,b\n"x ""q""",1\ny,2\n',
        b'a,b\n"x","1,2"\n"y","2"\n',
    ],
)
def test_quotes_that_matter_are_never_read_as_if_they_did_not(tmp_path: Path, data: bytes) -> None:
    reader = csv.reader(io.StringIO(data.decode(), newline=""), strict=True)
    expected = [tuple(row) for row in list(reader)[1:]]
    text = read(tmp_path, data)
    whole = [row for row in expected if len(row) == 2]
    assert cells(text) == whole
    assert [bad.row for bad in text.ragged] == [row for row in expected if len(row) != 2]
