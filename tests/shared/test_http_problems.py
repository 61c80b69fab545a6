"""Every no is said in one shape, with the rule, the field and the remedy; nothing a client sends is a fault of ours."""

import json
from typing import Any

import httpx
import pytest
from pydantic import TypeAdapter

from shared.http.problems import Problem
from tests.rooms import Rooms, ServiceFactory
from tests.shared.desk import tower

_CUT_ALL_OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@pytest.fixture
async def rooms(service: ServiceFactory) -> Rooms:
    return await service(tower)


def problem_in(answer: httpx.Response) -> Problem:
    """The problem document of an answer, complete and in its media type."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    problem = TypeAdapter(Problem).validate_json(answer.content)
    assert problem.status == answer.status_code
    assert problem.request_id == answer.headers["x-request-id"]
    assert problem.rule.endswith(".")
    assert problem.remedy
    return problem


async def send(rooms: Rooms, body: bytes, media_type: str = "application/json") -> httpx.Response:
    """What carl is answered to these bytes."""
    headers = {"Idempotency-Key": "k", "Content-Type": media_type}
    return await rooms.http("cashier").post("/notes", content=body, headers=headers)


NOT_JSON = [
    b"{",
    b"nonsense",
    b'{"title": "a",}',
    b"\xff\xfe",
    '{"title":"a"}'.encode("utf-16"),
    b'\xef\xbb\xbf{"title":"a"}',
    b'{"title": "\xc3\x28"}',
    b'{"title": "a", "title": "b"}',
    b'{"title": "a", "weight": NaN}',
    b'{"title": "a", "weight": 1e999}',
    b'{"title": "a", "weight": ' + b"9" * 5_000 + b"}",
    b'{"title": "a\\u0000"}',
    b'{"title\\u0000": "a"}',
    b'{"title": "a\x00"}',
    b'{"title": "\\ud800"}',
    b"[" * 100_000,
    b'{"title": ' + b"[" * 70 + b'"\\u0041"' + b"]" * 70 + b"}",
]


@pytest.mark.parametrize("body", NOT_JSON, ids=lambda body: repr(body[:30]))
async def test_what_is_not_json_is_a_bad_request(rooms: Rooms, body: bytes) -> None:
    answer = await send(rooms, body)
    assert answer.status_code == 400, answer.text
    assert problem_in(answer).facts["wrong"]


INVALID: list[tuple[Any, str, str]] = [
    (None, "body", "It must be an object."),
    ([], "body", "It must be an object."),
    ({}, "title", "This field is required."),
    ({"title": ""}, "title", "It must have at least 1 characters."),
    ({"title": 5}, "title", "It must be text."),
    ({"title": "a", "weight": "5"}, "weight", "It must be a whole number."),
    ({"title": "a", "weight": 1.5}, "weight", "It must be a whole number."),
    ({"title": "a", "weight": True}, "weight", "It must be a whole number."),
    ({"title": "a", "weight": 10**30}, "weight", "It must be at most 100000000000000000."),
    ({"title": "a", "due_on": "2026-02-30"}, "due_on", "It must be a date."),
    ({"title": "a", "due_on": 5}, "due_on", "It must be a date."),
    ({"title": "a", "lines": ["x", 7]}, "lines.1", "It must be text."),
    ({"title": "a", "wieght": 5}, "wieght", "There is no such field here."),
]


@pytest.mark.parametrize(("body", "field", "rule"), INVALID)
async def test_a_field_that_breaks_a_rule_is_named(rooms: Rooms, body: Any, field: str, rule: str) -> None:
    answer = await send(rooms, json.dumps(body).encode())
    assert answer.status_code == 422, answer.text
    problem = problem_in(answer)
    assert (problem.field, problem.rule) == (field, rule)
    assert problem.errors[0].field == field


async def test_everything_wrong_is_said_at_once(rooms: Rooms) -> None:
    problem = problem_in(await send(rooms, b'{"weight": "x", "due_on": "x", "other": 1}'))
    assert {breach.field for breach in problem.errors} == {"title", "weight", "due_on", "other"}


ASKED = [
    ("/notes?limit=0", 422, "limit"), ("/notes?limit=201", 422, "limit"), ("/notes?limit=x", 422, "limit"),
    ("/notes?limit=1&limit=2", 422, "limit"), ("/notes?due_on=tomorrow", 422, "due_on"),
    ("/notes?due_on=0", 422, "due_on"), ("/notes?due_on=", 422, "due_on"),
    ("/notes?Limit=1", 422, "Limit"), ("/notes?title=%00", 422, "title"),
    ("/notes?title=%ff", 422, "query"), ("/notes/not-an-id", 422, "note_id"), ("/notes/%ff", 404, None),
    ("/notes/a%2Fb", 422, "note_id"), ("/notes/%00", 404, None), ("/nowhere", 404, None), ("/notes/", 404, None),
    ("/notes/x/y/z", 404, None), ("//notes", 404, None),
]  # fmt: skip


@pytest.mark.parametrize(("path", "status", "field"), ASKED)
async def test_an_address_that_makes_no_sense_is_refused(
    rooms: Rooms, path: str, status: int, field: str | None
) -> None:
    client = rooms.http("csr")
    answer = await client.send(client.build_request("GET", httpx.URL(f"http://town.test/v1{path}")))
    assert answer.status_code == status, answer.text
    assert problem_in(answer).field == field


async def test_a_method_that_is_not_taken_here_names_those_that_are(rooms: Rooms) -> None:
    answer = await rooms.http("csr").patch("/notes")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST")
    problem_in(answer)


async def test_only_json_is_taken(rooms: Rooms) -> None:
    for media_type in ("text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin-1", ""):
        assert (await send(rooms, b'{"title":"a"}', media_type)).status_code == 415
    assert (await send(rooms, b'{"title":"a"}', 'Application/JSON; charset="UTF-8"')).status_code == 201


async def test_a_body_larger_than_allowed_is_not_read_to_its_end(service: ServiceFactory) -> None:
    rooms = await service(tower, body_bytes_max=1_024)
    sent = []

    async def parts() -> Any:
        for number in range(1_000):
            sent.append(number)
            yield b"x" * 100

    carl = rooms.http("cashier")
    assert (await carl.post("/notes", content=parts(), headers={"Idempotency-Key": "k"})).status_code == 413
    answer = await send(rooms, b"x" * 1_025)
    assert problem_in(answer).facts["bytes_max"] == 1_024
    small = await carl.post("/pauses?seconds=0", content=b"x" * 65)
    assert (small.status_code, small.json()["facts"]["bytes_max"]) == (413, 64), "a route may have its own limit"


async def test_what_the_books_do_not_allow_is_said_in_their_words(rooms: Rooms) -> None:
    carl = rooms.http("cashier")
    first = await carl.post("/notes", json={"title": "twin"}, headers={"Idempotency-Key": "1"})
    assert first.status_code == 201
    twin = await carl.post("/notes", json={"title": "twin"}, headers={"Idempotency-Key": "2"})
    assert (twin.status_code, problem_in(twin).rule) == (409, "Title is used once.")
    light = await carl.post("/notes", json={"title": "light", "weight": -1}, headers={"Idempotency-Key": "3"})
    assert (light.status_code, problem_in(light).rule) == (422, "Weight is not negative.")


async def test_a_fault_of_ours_tells_nothing_but_its_id(rooms: Rooms) -> None:
    answer = await rooms.http("csr").get("/faults")
    assert answer.status_code == 500
    problem_in(answer)
    for secret in ("Alvarez", "Elm", "Zero", "Traceback", "desk"):
        assert secret not in answer.text


async def test_carl_asks_more_often_than_anybody_may(service: ServiceFactory) -> None:
    rooms = await service(tower, requests_per_second_max=1, requests_burst_max=3)
    answers = [await rooms.http("cashier").get("/notes") for _ in range(5)]
    assert [answer.status_code for answer in answers][:3] == [200, 200, 200]
    assert (answers[4].status_code, answers[4].headers["retry-after"]) == (429, "1")
    problem_in(answers[4])
    assert (await rooms.http("csr").get("/notes")).status_code == 200, "others are not held up by him"


async def test_what_takes_too_long_is_ended_and_nothing_of_it_is_kept(service: ServiceFactory) -> None:
    rooms = await service(tower, request_timeout_ms=200)
    answer = await rooms.http("cashier").post("/pauses?seconds=30")
    assert (answer.status_code, answer.headers["retry-after"]) == (504, "5")
    problem_in(answer)
    assert (await rooms.http("csr").get("/notes")).status_code == 200


async def test_the_database_ends_a_statement_that_takes_too_long(service: ServiceFactory) -> None:
    rooms = await service(tower, statement_timeout_ms=100)
    assert (await rooms.http("cashier").post("/pauses?seconds=30")).status_code == 504


async def test_without_its_database_a_service_says_when_to_come_again(rooms: Rooms) -> None:
    await rooms.database.close()
    for answer in (await rooms.http("csr").get("/notes"), await send(rooms, b'{"title":"a"}')):
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
        problem_in(answer)


async def test_connections_that_were_cut_are_made_anew(rooms: Rooms) -> None:
    rosa = rooms.http("csr")
    assert (await rosa.get("/notes")).status_code == 200
    async with rooms.tx() as tx:
        await tx.fetch(_CUT_ALL_OTHERS)
    answers = [await rosa.get("/notes") for _ in range(5)]
    assert answers[-1].status_code == 200
    assert {answer.status_code for answer in answers} <= {200, 503}
