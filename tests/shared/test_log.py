"""One line a request or batch, for a machine or a person, with nobody's data in it."""

import io
import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from shared import log
from tests.rooms import ServiceFactory
from tests.shared.desk import tower


class Paper(io.TextIOWrapper):
    """Where the log is written, to be read in a test."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8", write_through=True)

    def lines(self) -> list[dict[str, Any]]:
        """What was written, a dictionary a line."""
        assert isinstance(self.buffer, io.BytesIO)
        return [json.loads(line) for line in self.buffer.getvalue().splitlines()]

    def text(self) -> str:
        """What was written, as it stands there."""
        assert isinstance(self.buffer, io.BytesIO)
        return self.buffer.getvalue().decode()


@pytest.fixture
def paper(monkeypatch: pytest.MonkeyPatch) -> Iterator[Paper]:
    """The log as a machine reads it; everything is as before when the test ends."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    written = Paper()
    monkeypatch.setattr(sys, "stderr", written)
    monkeypatch.setattr(log._Machine, "stream", None)
    log.configure("billing", "json")
    yield written
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


def test_what_is_said_is_one_line_with_its_facts(paper: Paper) -> None:
    log.get(service="billing").info("batch heard", count=500, ms=41)
    [line] = paper.lines()
    assert line.pop("at_utc").endswith("Z")
    assert line == {"event": "batch heard", "service": "billing", "count": 500, "ms": 41, "level": "info"}


def test_what_is_about_a_person_is_dropped(paper: Paper) -> None:
    facts = dict.fromkeys(log.PERSONAL, "Mrs. Alvarez")
    log.get().info("payment posted", payment_id="019a", **facts)
    [line] = paper.lines()
    assert set(line) == {"event", "payment_id", "level", "at_utc"}


def test_an_exception_is_shown_by_where_it_was_raised_and_not_by_what_it_says(paper: Paper) -> None:
    def look_up() -> None:
        try:
            dict[str, int]()["Mrs. Alvarez, 12 Elm Street"]
        except KeyError as missing:
            raise ValueError("nobody is called Mrs. Alvarez") from missing

    try:
        look_up()
    except ValueError:
        log.get().exception("request failed", request_id="r1")
    [line] = paper.lines()
    assert (line["error"], line["because"], line["request_id"]) == ("ValueError", "KeyError", "r1")
    assert line["at"][-1].startswith("test_log.py:")
    assert "Alvarez" not in paper.text()


async def test_a_story_leaves_nobodys_name_in_the_log(service: ServiceFactory, paper: Paper) -> None:
    rooms = await service(tower)
    carl = rooms.http("cashier")
    for title in ("Alvarez owes 12 dollars", "Alvarez owes 12 dollars"):
        await carl.post("/notes", json={"title": title}, headers={"Idempotency-Key": f"Alvarez {title}{id(title)}"})
    await carl.get("/notes", params={"title": "Alvarez"})
    await carl.get("/notes/Alvarez")
    await carl.get("/notes-of/Alvarez")
    await rooms.http("csr").get("/faults")
    lines = paper.lines()
    assert [line["status"] for line in lines if line["event"] == "request"] == [201, 201, 200, 422, 404, 500]
    assert {line["subject"] for line in lines if line["event"] == "request"} == {"carl", "rosa", None}
    for told in ("Alvarez", "Elm", "Bearer", "Jansen", "Delgado", "owes"):
        assert told not in paper.text()


def test_a_library_that_chatters_is_cut_short_and_others_are_not(paper: Paper) -> None:
    for number in range(1_000):
        logging.getLogger("aiokafka.client").error("Unable to update metadata %d", number)
        logging.getLogger("asyncpg.pool").warning("slow %d", number)
    said = [line["library"] for line in paper.lines()]
    assert said.count("aiokafka.client") == log.RECORDS_MAX
    assert said.count("asyncpg.pool") == 1_000


def test_a_person_at_a_terminal_reads_words(monkeypatch: pytest.MonkeyPatch, paper: Paper) -> None:
    monkeypatch.setattr(sys, "stderr", paper)
    log.configure("billing", "console")
    log.get(service="billing").info("batch heard", count=500)
    log.line("request", "billing")(status=200)
    assert "batch heard" in paper.text()
    assert "request" in paper.text()
    assert not paper.text().startswith("{")
