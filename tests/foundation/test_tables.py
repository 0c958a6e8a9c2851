"""A table leaves as CSV and as a workbook: typed, dated with its zone, and nothing in it is calculated."""

import csv
import io
import re
import zipfile
from datetime import UTC, date, datetime
from typing import Any

import openpyxl
import pytest
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from otklik.foundation.figures.tables import Cell, Column, Kind, Table, as_csv, as_workbook, harmless, take_out
from otklik.foundation.models import Event
from tests.building import acting, make_lead

AT = datetime(2026, 11, 19, 11, 34, 5, tzinfo=UTC)
EVIL = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "=cmd|'/c calc'!A1", "＝1"]
COLUMNS = [
    Column(label="Кто"),
    Column(label="Сколько", kind=Kind.NUMBER),
    Column(label="Доля", kind=Kind.SHARE),
    Column(label="Ждали", kind=Kind.SPAN),
    Column(label="Когда", kind=Kind.MOMENT),
    Column(label="День", kind=Kind.DAY),
]


def table(*rows: list[Cell]) -> Table:
    return Table(name="people", title="Люди: [все] команды/отделы за тридцать дней", columns=COLUMNS, rows=rows)


def words(*texts: str) -> Table:
    return Table(name="words", title="Слова", columns=[Column(label="=Слова")], rows=[[text] for text in texts])


def read_csv(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def read_book(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]


FULL: list[Cell] = ["Анна, «Отдел»", 14, 0.25, 5400, AT, date(2026, 11, 19)]


def test_csv_has_plain_numbers_and_moments_with_their_offset() -> None:
    with timezone.override("Europe/Moscow"), translation.override("en"):
        heading, full, empty = read_csv(as_csv(table(FULL, [None] * 6)))

    assert heading == ["Кто", "Сколько", "Доля", "Ждали, seconds", "Когда", "День"]
    assert full == ["Анна, «Отдел»", "14", "0.25", "5400", "2026-11-19T14:34:05+03:00", "2026-11-19"]
    assert empty == [""] * 6


def test_a_span_and_a_moment_leave_in_whole_seconds() -> None:
    told = table(["Анна", 1, 0.125, 5400.483925, AT.replace(microsecond=483925), None])

    [_heading, row] = read_csv(as_csv(told))

    assert (row[2], row[3]) == ("0.125", "5400")
    assert row[4].startswith("2026-11-19T")
    assert "." not in row[4]


def test_a_workbook_has_real_numbers_shares_spans_and_dates() -> None:
    with timezone.override("Europe/Moscow"):
        sheet = read_book(as_workbook(table(FULL, ["Пусто", None, None, None, None, None])))

    heading, full, empty = sheet.iter_rows()
    assert [cell.value for cell in heading][4] == "Когда (Europe/Moscow)"
    assert heading[0].font.bold
    assert [cell.value for cell in full[:3]] == ["Анна, «Отдел»", 14, 0.25]
    assert [cell.number_format for cell in full[2:]] == ["0.0%", "[h]:mm:ss", "yyyy-mm-dd hh:mm:ss", "yyyy-mm-dd"]
    assert full[3].value.total_seconds() == 5400
    assert (full[4].value, full[5].value.date()) == (datetime(2026, 11, 19, 14, 34, 5), date(2026, 11, 19))  # noqa: DTZ001
    assert [cell.value for cell in empty] == ["Пусто", None, None, None, None, None]
    assert sheet.title == "Люди   все  команды отделы за т"
    assert sheet.freeze_panes == "A2"


@pytest.mark.parametrize("text", EVIL)
def test_no_word_becomes_a_formula(text: str) -> None:
    ((heading,), (cell,)) = read_csv(as_csv(words(text)))
    content = as_workbook(words(text))
    ((title,), (found,)) = read_book(content).iter_rows()

    assert (heading, cell) == ("'=Слова", f"'{text}")
    assert (title.data_type, found.data_type, found.quotePrefix) == ("s", "s", True)
    xml = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")
    assert not re.search(rb"<f[ >]", xml)


def test_a_number_below_nought_stays_a_number() -> None:
    rows = Table(name="n", title="n", columns=[Column(label="n", kind=Kind.NUMBER)], rows=[[-5]])

    assert read_csv(as_csv(rows))[1] == ["-5"]
    assert read_book(as_workbook(rows))["A2"].value == -5


@given(st.text(max_size=40))
def test_any_text_comes_back_from_csv_as_it_was_or_with_the_mark(text: str) -> None:
    found = harmless(text)

    assert found in {text, f"'{text}"}
    assert not found.startswith(("=", "+", "-", "@", "\t", "\r"))
    if "\0" not in text:
        assert read_csv(as_csv(words(f"x{text}")))[1] == [f"x{text}"]


def test_what_a_workbook_cannot_hold_is_left_out() -> None:
    assert read_book(as_workbook(words("раз\x0bдва")))["A2"].value == "раздва"


@pytest.mark.django_db
@pytest.mark.parametrize(("file", "start"), [("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK")])
def test_taking_out_is_history(file: str, start: bytes) -> None:
    olga = make_lead()

    answer = take_out(table=words("раз", "два"), file=file, actor=acting(olga))

    (row,) = Event.objects.filter(name="foundation.table_taken")
    assert row.payload == {"table": "words", "file": file, "rows": 2}
    assert row.actor_id == olga.pk
    assert answer.content.startswith(start)
    assert answer["Content-Disposition"] == f'attachment; filename="words-{timezone.localdate():%Y-%m-%d}.{file}"'


@pytest.mark.django_db
def test_an_unknown_kind_of_file_leaves_no_trace() -> None:
    with pytest.raises(KeyError):
        take_out(table=words(), file="pdf", actor=acting(make_lead()))

    assert not Event.objects.filter(name="foundation.table_taken").exists()
