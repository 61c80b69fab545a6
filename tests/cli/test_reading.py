"""A file of readings or of money: every line is a fact, or is told by number, field, rule and remedy what is wrong."""

import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.lines import lines_of
from cli.reading import Refused, facts_in
from shared.events import Fact
from shared.events.inbound import FieldResult, MeterReading, Remittance
from town.trouble import Trouble

HEADER = "meter_serial,value,read_at\n"
GOOD = "M-0000001,12345,2026-03-01T12:00:00Z\n"
GOOD_JSON = '{"meter_serial":"M-0000001","value":12345,"read_at":"2026-03-01T12:00:00Z"}\n'


def read(text: str | bytes, fact: type[Fact] = MeterReading) -> list[tuple[int, Fact | list[Refused]]]:
    raw = text.encode() if isinstance(text, str) else text
    lines = lines_of(io.BufferedReader(io.BytesIO(raw)), "utf-8")
    return [(line.number, taken) for line, taken in facts_in(lines, fact, "utf-8")]


def wrong(text: str, fact: type[Fact] = MeterReading) -> list[Refused]:
    return [each for _, taken in read(text, fact) if isinstance(taken, list) for each in taken]


def good(text: str, fact: type[Fact] = MeterReading) -> list[Fact]:
    return [taken for _, taken in read(text, fact) if isinstance(taken, Fact)]


def test_csv_and_json_say_the_same() -> None:
    [(line, from_csv)] = read(HEADER + GOOD)
    assert (line, from_csv) == (2, read(GOOD_JSON)[0][1])
    assert isinstance(from_csv, MeterReading)
    assert (from_csv.value, from_csv.quality) == (12345, "actual")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_spreadsheet_may_part_its_fields_as_it_likes(delimiter: str) -> None:
    text = 'Meter_Serial,VALUE,read_at,quality\n"M-1",5,2026-03-01T12:00:00-05:00,\n'.replace(",", delimiter)
    [reading] = good(text)
    assert isinstance(reading, MeterReading)
    assert (reading.meter_serial, reading.value, reading.quality) == ("M-1", 5, "actual")
    assert str(reading.read_at) == "2026-03-01 17:00:00+00:00"


@pytest.mark.parametrize(
    ("line", "field", "rule"),
    [
        ("M-1,twelve,2026-03-01T12:00:00Z", "value", "whole number"),
        ("M-1,-3,2026-03-01T12:00:00Z", "value", "at least 0"),
        ("M-1,12.5,2026-03-01T12:00:00Z", "value", "whole number"),
        ("M-1,12,yesterday", "read_at", "date and time"),
        ("M-1,12,2026", "read_at", "date and time"),
        ("M-1,12,1767225600", "read_at", "date and time"),
        ("M-1,12,2026-03-01T12:00:00", "read_at", "zone"),
        (",12,2026-03-01T12:00:00Z", "meter_serial", "required"),
        ("M-1,12", "line", "as many fields as the header: 3"),
        ("M-1,12,2026-03-01T12:00:00Z,extra", "line", "as many fields"),
        ('"M-1,12,2026-03-01T12:00:00Z', "line", "quotation marks"),
        ("M-\ufffd,12,2026-03-01T12:00:00Z", "line", "not text in utf-8"),
    ],
)
def test_a_bad_line_is_told_what_is_wrong_and_the_rest_goes_on(line: str, field: str, rule: str) -> None:
    found = read(f"{HEADER}{GOOD}{line}\n\n{GOOD}")
    assert [number for number, _ in found] == [2, 3, 5]
    assert [isinstance(taken, Fact) for _, taken in found] == [True, False, True]
    [refused] = [each for _, taken in found if isinstance(taken, list) for each in taken]
    assert (refused.line, refused.field) == (3, field)
    assert rule in refused.rule
    assert refused.remedy


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ('{"meter_serial":"M-1","value":1', "line"),
        ('{"meter_serial":"M-1","value":"1","read_at":"2026-03-01T12:00:00Z"}', "value"),
        ('{"meter_serial":"M-1","value":1,"read_at":"2026-03-01T12:00:00Z","color":"red"}', "color"),
        ('{"meter_serial":"M-1","value":1,"read_at":"1767225600"}', "read_at"),
        ("null", "line"),
        ('["M-1"]', "line"),
    ],
)
def test_a_bad_object_is_told_what_is_wrong(line: str, field: str) -> None:
    [refused] = wrong(GOOD_JSON + line + "\n")
    assert (refused.line, refused.field) == (2, field)
    assert len(good(GOOD_JSON + line + "\n" + GOOD_JSON)) == 2


def test_a_line_with_two_faults_is_told_both() -> None:
    assert {each.field for each in wrong(HEADER + "M-1,x,y\n")} == {"value", "read_at"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("meter,value,read_at\n", "'meter'"),
        ("meter_serial,value\n", "lacks read_at"),
        ("meter_serial,value,value,read_at\n", "twice"),
        ("[\n", "one object a line"),
        ("\x00\x01\n", "header names"),
    ],
)
def test_a_file_that_is_none_is_refused_as_a_whole(text: str, says: str) -> None:
    with pytest.raises(Trouble) as trouble:
        read(text)
    assert says in str(trouble.value)


def test_an_empty_file_says_nothing() -> None:
    assert read("") == read("\n \n") == read(HEADER) == []


def test_every_public_topic_can_be_a_spreadsheet() -> None:
    money = "reference,invoice_number,amount_cents,tender,received_on\nLB-7,9000000016,1200,check,2026-03-02\n"
    [remittance] = good(money, Remittance)
    assert isinstance(remittance, Remittance)
    assert (remittance.amount_cents, remittance.account_number) == (1200, None)
    order = "0198c1d2-0000-7000-8000-000000000001"
    done = f"order_id,outcome,at,crew,reading\n{order},completed,2026-03-02T15:00:00Z,Crew 4,120\n"
    assert len(good(done, FieldResult)) == 1


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=12)
ROWS = st.lists(st.lists(CELLS, min_size=1, max_size=4).map(",".join) | st.just(GOOD.strip()), max_size=8)


@given(ROWS)
def test_no_line_is_lost_and_none_stops_the_rest(rows: list[str]) -> None:
    found = read(HEADER + "\n".join(rows) + "\n")
    wanted = [number for number, row in enumerate(rows, start=2) if row.strip()]
    assert [number for number, _ in found] == wanted
    assert all(isinstance(taken, Fact) or taken for _, taken in found)


JSON: st.SearchStrategy[Any] = st.text(max_size=30) | st.just(GOOD_JSON.strip())


@given(st.lists(JSON.filter(lambda text: not set("\r\n") & set(text)), max_size=8))
def test_no_object_is_lost_and_none_stops_the_rest(rows: list[str]) -> None:
    found = read(GOOD_JSON + "\n".join(rows).replace("\x00", " ") + "\n")
    wanted = [1] + [number for number, row in enumerate(rows, start=2) if row.replace("\x00", " ").strip()]
    assert [number for number, _ in found] == wanted
