"""CSV files as people have them, and as they are fetched: what is asked of one before its use."""

import contextlib
import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

# How files begin that hold a table, but not as text: zip and xlsx, gzip, bzip2, xz, 7z, xls.
PACKED = (b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"\xd0\xcf\x11\xe0")
UTF_8_MARK = b"\xef\xbb\xbf"
SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}
LARGEST_LIMIT = 2**31 - 1  # the csv module takes a C long, which may have 32 bits


@dataclass(frozen=True)
class ExpectedFile:
    """A large CSV file that is fetched, and what tells a whole one.

    name: of the file; least_rows (without header), least_bytes: fewer are not all of it; quoted:
    a field may hold line breaks, so that rows are not simply lines.

    >>> import tempfile
    >>> ages = ExpectedFile("ages.csv", ("name", "age"), least_rows=2, least_bytes=10)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "ages.csv")
    ...     _ = path.write_text("name,age\\nAda,36\\n")
    ...     ages.fault(path)
    'has 1 rows, not 2 or more'
    """

    name: str
    columns: tuple[str, ...]
    least_rows: int
    least_bytes: int
    quoted: bool = False

    def fault(self, path):
        """What is wrong with a file, as the rest of a sentence; None where it is as expected."""
        size = path.stat().st_size
        if size < self.least_bytes:
            return f"has {size:,} bytes, not {self.least_bytes:,} or more"
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                rows = csv.reader(file, strict=True)
                columns = next(rows, [])
                if tuple(columns) != self.columns:
                    return f"has the columns {','.join(columns)[:80]}, not {','.join(self.columns)}"
                n_rows = sum(1 for row in rows if row) if self.quoted else _n_lines(path) - 1
        except (UnicodeDecodeError, csv.Error) as error:
            return f"can't be read as CSV ({error})"
        if n_rows < self.least_rows:
            return f"has {n_rows:,} rows, not {self.least_rows:,} or more"
        return None

    def is_right(self, path, say):
        """Whether a file is there as expected; says what will be done about it."""
        if not path.exists():
            return False
        if fault := self.fault(path):
            say(f"{path} {fault}: it will be replaced once a whole one has arrived.")
            return False
        say(f"{path} is there and complete: nothing to do.")
        return True


def _n_lines(path):
    """The number of lines, the last one with or without its end."""
    with path.open("rb") as file:
        return sum(1 for _ in file)


@dataclass(frozen=True, kw_only=True)
class CsvReader:
    """Reads CSV files of one kind; what is no such file raises its error.

    error: a `CourseError` class; its sentences name file, place and remedy. columns: the names in
    the first line. others: whether that may have others besides, which are left out, in any order.
    missing: what to do where there is no file. again: where a file is damaged. renamed: what else
    to do where columns have other names.

    >>> reader = CsvReader(error=ValueError, columns=["Id"], missing="Write it.", again="write it")
    >>> reader.expect_columns("answers.csv", ["", "Id"])
    Traceback (most recent call last):
    ValueError: answers.csv, line 1: found the columns ',Id', expected Id: delete column 1 ('').
    """

    error: type
    columns: list[str]
    missing: str
    again: str
    others: bool = False
    renamed: str = ""

    def start(self, path, n_bytes=-1):
        """The first n_bytes of a file (-1: all of it), which is there and not empty."""
        path = Path(path)
        if path.is_dir():
            raise self.error(f"{path} is a folder: name the CSV file in it.")
        if not path.exists():
            raise self.error(f"{path}: there is no such file. {self.missing}")
        try:
            with path.open("rb") as file:
                content = file.read(n_bytes)
        except OSError as error:
            raise self.error(f"{path} cannot be read: {error.strerror}.") from error
        if content.startswith(PACKED):
            raise self.error(
                f"{path} is a compressed file or a workbook, not a CSV: unpack it or save its "
                "table as CSV, and name that."
            )
        if not content.removeprefix(UTF_8_MARK).strip():
            raise self.error(f"{path} is empty: {self.again}.")
        return content

    def decode(self, path, content):
        """The text of a file's first bytes."""
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            raise self.error(
                f"{path}, line {line}: the byte 0x{content[error.start]:02x} is not UTF-8. "
                f"Save the file as UTF-8, or {self.again}."
            ) from error
        if b"\0" in content:
            line = content.count(b"\n", 0, content.index(b"\0")) + 1
            raise self.error(
                f"{path}, line {line}: a byte is zero, as in no text in UTF-8. Save the file as "
                f"UTF-8, or {self.again}."
            )
        return text

    def expect_commas(self, path, line):
        """Raise the error unless commas stand between the names in a file's first line."""
        if not line.strip():
            raise self.error(
                f"{path}: line 1 is empty, expected {self._expected}: delete it, or fill it."
            )
        if re.match("sep=", line, re.IGNORECASE):
            raise self.error(f"{path}: line 1, {line.strip()!r}, is a note for Excel: delete it.")
        for separator, name in SEPARATORS.items():
            is_known = set(self._names(line, separator)) & set(self.columns)
            if separator in line and ("," not in line or is_known):
                raise self.error(
                    f"{path}, line 1: {name} stand between the columns, expected commas: save "
                    "the file with commas there, a point in each decimal number, and double "
                    "quotes around each text that holds a comma."
                )

    def expect_columns(self, path, names):
        """Raise the error unless these are the names of the columns, in their order."""
        if names == self.columns or (
            self.others and all(names.count(column) == 1 for column in self.columns)
        ):
            return
        more = surplus(names, self.columns)
        if set(self.columns) - set(names):
            remedy = (
                "name the columns so and delete any other, or, where line 1 is a row already, "
                f"write this line above it{self.renamed}"
            )
            if self.others:
                remedy = "write these names as they stand there, capitals too"
        elif more:
            remedy = f"delete {more}"
        else:
            remedy = "put the columns in this order"
        raise self.error(
            f"{path}, line 1: found the columns {','.join(names)[:200]!r}, expected "
            f"{self._expected}: {remedy}."
        )

    def table(self, path, *, lower=False):
        """All rows after the first line, a DataFrame of texts; lower: names may be in capitals."""
        text = self.decode(path, self.start(path))
        self.expect_commas(path, re.match(r"[^\r\n]*", text)[0])
        rows, names = [], None
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        try:
            with _cells_of_any_length(len(text)):
                names = [name.strip() for name in next(reader)]
                names = [name.lower() for name in names] if lower else names
                self.expect_columns(path, names)
                places = [names.index(column) for column in self.columns]
                for cells in filter(None, reader):
                    if len(cells) != len(names):
                        place = f"row {len(rows) + 1} (line {reader.line_num})"
                        raise self._wrong_width(path, place, len(cells), names)
                    rows.append([cells[place] for place in places])
        except csv.Error as error:
            place = f"row {len(rows) + 1} (read to line {reader.line_num})" if names else "line 1"
            raise self.error(
                f"{path}, {place}: a double quote is not closed or stands alone ({error}). Write "
                f"a quote inside a text twice, or {self.again}."
            ) from error
        return pd.DataFrame(rows, columns=self.columns)

    def _wrong_width(self, path, place, n_cells, names):
        remedy = (
            f"write a cell for each of {','.join(names)[:200]}, with commas between them"
            if n_cells < len(names)
            else "put a text that holds a comma in double quotes, and a double quote inside it "
            "twice; write decimals with a point; delete a column that line 1 does not name"
        )
        return self.error(
            f"{path}, {place}: found {n_cells} fields, expected {len(names)}: {remedy}."
        )

    @property
    def _expected(self):
        return ",".join(self.columns)

    def _names(self, line, separator):
        """What stands between separators, without quotes, also as it would in small letters."""
        cells = [cell.strip(' \t"') for cell in line.split(separator)]
        return cells + [cell.lower() for cell in cells]


def surplus(names, columns):
    """The columns to delete so that each of `columns` is left once, in words; "" if none is.

    >>> surplus(["", "Id", "Ref", "Id"], ["Id", "Ref"])
    "column 1 (''), column 4 ('Id')"
    """
    named = [
        f"column {number} ({name[:40]!r})"
        for number, name in enumerate(names, 1)
        if name not in columns or name in names[: number - 1]
    ]
    return ", ".join(named[:10]) + (f" and {len(named) - 10} more" if len(named) > 10 else "")


@contextlib.contextmanager
def _cells_of_any_length(n_characters):
    """The csv module refuses cells of more than 131,072 characters: its limit is lifted."""
    before = csv.field_size_limit()
    csv.field_size_limit(min(max(before, n_characters), LARGEST_LIMIT))
    try:
        yield
    finally:
        csv.field_size_limit(before)
