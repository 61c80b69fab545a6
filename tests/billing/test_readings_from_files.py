"""A handheld's file, from its bytes to the answer: each bad line by field, rule and remedy, and the rest goes on."""

import codecs
import io
from datetime import timedelta

import pytest

from cli.lines import encoding_of, lines_of
from cli.reading import Refused, facts_in
from shared.events import Fact
from shared.events.billing import ReadingAccepted, ReadingFlagged
from shared.events.inbound import MeterReading
from tests.billing.conftest import Get
from tests.billing.town import ADA, BEN, MOVED_IN, NOW
from tests.rooms import Rooms

HEADER = "meter_serial,value,read_at,quality,unit\n"
AT = NOW.isoformat()
GOOD = f"{BEN.meter_serial},104,{AT},,\n"


def read(raw: bytes) -> tuple[list[Fact], list[Refused]]:
    """What `curbstop publish` sends of a file, and what it tells its operator."""
    encoding = encoding_of(io.BufferedReader(io.BytesIO(raw)))
    facts: list[Fact] = []
    refused: list[Refused] = []
    for _, taken in facts_in(lines_of(io.BufferedReader(io.BytesIO(raw)), encoding), MeterReading, encoding):
        if isinstance(taken, Fact):
            facts.append(taken)
        else:
            refused += taken
    return facts, refused


@pytest.mark.parametrize(
    ("line", "field", "says"),
    [
        pytest.param(f'{ADA.meter_serial},"1,234",{AT},,', "value", "whole number", id="a comma in a number"),
        pytest.param(f"{ADA.meter_serial},NaN,{AT},,", "value", "whole number", id="not a number"),
        pytest.param(f"{ADA.meter_serial},1e18,{AT},,", "value", "whole number", id="with an exponent"),
        pytest.param(f"{ADA.meter_serial},1000000000000000000,{AT},,", "value", "less than", id="a quintillion"),
        pytest.param(f"{ADA.meter_serial},-5,{AT},,", "value", "at least 0", id="negative"),
        pytest.param(f"{ADA.meter_serial},110", "line", "as many fields", id="half a line"),
        pytest.param(f"{ADA.meter_serial},110,{AT},guessed,", "quality", "", id="another quality"),
        pytest.param(f"{ADA.meter_serial},110,{AT},,liters", "unit", "", id="a unit that no meter counts in"),
    ],
)
async def test_what_no_reading_can_say_comes_back_before_it_is_sent(
    rooms: Rooms, line: str, field: str, says: str
) -> None:
    facts, refused = read(f"{HEADER}{line}\n{GOOD}".encode())
    assert [(one.line, one.field) for one in refused] == [(2, field)]
    assert says in refused[0].rule
    assert refused[0].remedy
    await rooms.tell(*facts)
    assert [fact.account_id for fact in await rooms.news() if isinstance(fact, ReadingAccepted)] == [BEN.account_id]


@pytest.mark.parametrize(
    ("line", "field", "rule"),
    [
        pytest.param(f"X-1,110,{AT},,", "meter_serial", "at which an account takes service", id="an unknown meter"),
        pytest.param(
            f"{ADA.meter_serial},110,{(NOW + timedelta(hours=1)).isoformat()},,", "read_at", "before it is sent",
            id="in the future",
        ),
        pytest.param(
            f"{ADA.meter_serial},110,{MOVED_IN - timedelta(days=1)}T12:00:00Z,,", "read_at",
            "the service at its meter began", id="before the service began",
        ),
        pytest.param(f"{ADA.meter_serial},110,{AT},,gal", "unit", "in which its meter counts", id="in the wrong unit"),
        pytest.param(f"{ADA.meter_serial},1000000,{AT},,", "value", "no more digits", id="beyond the dials"),
    ],
)  # fmt: skip
async def test_what_cannot_be_true_of_a_meter_is_answered(rooms: Rooms, line: str, field: str, rule: str) -> None:
    facts, refused = read(f"{HEADER}{line}\n{GOOD}".encode())
    assert refused == []
    taken = await rooms.tell_anyhow(*facts)
    [answer] = taken.answers
    assert answer.field == field
    assert rule in answer.rule
    assert answer.remedy
    assert [fact.account_id for fact in await rooms.news() if isinstance(fact, ReadingAccepted)] == [BEN.account_id]


async def test_the_same_line_twice_is_one_reading(rooms: Rooms, get: Get) -> None:
    """The line of another night is answered; of one file it is the same event, and the inbox knows it."""
    facts, _ = read(f"{HEADER}{GOOD}{GOOD}".encode())
    answers = (await rooms.tell_anyhow(*facts)).answers
    assert [(one.field, one.rule.split(" (")[0]) for one in answers] == [("read_at", "A reading is taken once.")]
    assert len((await get("/readings", account_id=str(BEN.account_id)))["items"]) == 2


async def test_what_runs_backwards_is_kept_and_waits(rooms: Rooms) -> None:
    await rooms.tell(*read(f"{HEADER}{ADA.meter_serial},90,{AT},,\n".encode())[0])
    assert [type(fact) for fact in await rooms.news()] == [ReadingFlagged]


async def test_readings_in_a_file_may_come_in_any_order(rooms: Rooms, get: Get) -> None:
    lines = [f"{ADA.meter_serial},{100 + day},{(NOW - timedelta(days=30 - day)).isoformat()},,\n" for day in (20, 10)]
    await rooms.tell(*read((HEADER + "".join(lines)).encode())[0])
    used = [one["used_units"] for one in (await get("/readings", account_id=str(ADA.account_id)))["items"]]
    assert sorted(used) == [0, 10, 10]


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(codecs.BOM_UTF8 + (HEADER + GOOD).encode(), id="a mark at its beginning"),
        pytest.param((HEADER + GOOD).encode("utf-16"), id="as a spreadsheet saves Unicode"),
        pytest.param((HEADER + GOOD).replace("\n", "\r\n").replace(",", ";").encode(), id="semicolons and line ends"),
        pytest.param((HEADER + GOOD.rstrip()).encode(), id="no end of the last line"),
    ],
)
async def test_a_file_from_any_desk_is_read(rooms: Rooms, raw: bytes) -> None:
    facts, refused = read(raw)
    assert refused == []
    await rooms.tell(*facts)
    assert [fact.value for fact in await rooms.news() if isinstance(fact, ReadingAccepted)] == [104]


async def test_bytes_of_another_encoding_are_one_bad_line(rooms: Rooms) -> None:
    raw = f"{HEADER}{GOOD}".encode() + "Zähler-1,5,2026-03-01T12:00:00Z,,\n".encode("cp1252")
    facts, [refused] = read(raw)
    assert (len(facts), refused.line, refused.field) == (1, 3, "line")
    assert "utf-8" in refused.rule
