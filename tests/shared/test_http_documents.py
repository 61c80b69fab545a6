"""The document says what the door does, the same bytes each time, and its page asks the internet for nothing."""

import json
import re
from pathlib import Path
from typing import Annotated, Any

import httpx
import pytest
from fastapi import Depends, Request
from pydantic import BaseModel

from shared.auth import Permission, Role, permission
from shared.http import Door, Outcomes, Requests, WriteTx, openapi_of
from shared.inbox import Hearing
from tests.rooms import Rooms, ServiceFactory
from tests.shared.desk import tower

ANYTHING = permission("things.do", Role.CSR)


class Declared:
    """A service that is only declared."""

    name = "declared"
    hearing = Hearing()

    def __init__(self, door: Door) -> None:
        self.door = door


class Thing(BaseModel):
    """Anything."""

    size: int


@pytest.fixture
async def open_client(service: ServiceFactory) -> httpx.AsyncClient:
    rooms: Rooms = await service(tower)
    return httpx.AsyncClient(transport=httpx.ASGITransport(rooms.running.app), base_url="http://desk.test")


def test_the_same_door_gives_the_same_bytes() -> None:
    assert json.dumps(openapi_of(tower)) == json.dumps(openapi_of(tower))


def test_an_operation_says_its_permission_its_key_and_every_no() -> None:
    document = openapi_of(tower)
    post = document["paths"]["/v1/notes"]["post"]
    assert (post["operationId"], post["summary"]) == ("post_note", "Write a note.")
    assert post["x-permission"] == {"name": "notes.write", "roles": ["admin", "cashier", "supervisor"]}
    assert post["security"] == [{"bearer": []}]
    [key] = [given for given in post["parameters"] if given["name"] == "Idempotency-Key"]
    assert (key["in"], key["required"]) == ("header", True)
    assert set(post["responses"]) >= {
        "201",
        "400",
        "401",
        "403",
        "409",
        "413",
        "415",
        "422",
        "429",
        "500",
        "503",
        "504",
    }
    assert post["responses"]["422"] == {"$ref": "#/components/responses/Problem422"}
    assert "application/problem+json" in document["components"]["responses"]["Problem422"]["content"]
    delete = document["paths"]["/v1/notes/{note_id}"]["delete"]
    assert "content" not in delete["responses"]["204"]


def _inner_reference(document: Any, path: str) -> Any:
    for step in path.removeprefix("#/").split("/"):
        document = document[step]
    return document


def test_every_reference_leads_somewhere() -> None:
    document = openapi_of(tower)
    references = set(re.findall(r'"\$ref": "([^"]+)"', json.dumps(document)))
    assert references
    for reference in references:
        assert _inner_reference(document, reference)


async def test_the_documentation_is_served_whole(open_client: httpx.AsyncClient) -> None:
    page = await open_client.get("/docs")
    assert "default-src 'self'" in page.headers["content-security-policy"]
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert loaded
    assert all(address.startswith("/") for address in loaded), "nothing is asked of another server"
    for address in loaded:
        asset = await open_client.get(address)
        assert (asset.status_code, len(asset.content) > 100) == (200, True), address
    assert (await open_client.get("/openapi.json")).json() == openapi_of(tower)


async def test_probes_and_measures_need_no_token(open_client: httpx.AsyncClient) -> None:
    assert (await open_client.get("/live")).json() == {"status": "live", "problems": {}}
    assert (await open_client.get("/ready")).status_code in (200, 503)
    await open_client.get("/v1/notes")
    measures = (await open_client.get("/metrics")).text
    assert 'curbstop_http_requests_total{method="GET",route="/v1/notes",status="401"} 1.0' in measures
    for name in ("outbox_age_seconds", "inbox_lag_count", "set_aside_count", "deadlines_overdue_seconds", "jobs_count"):
        assert f"curbstop_{name}" in measures
    assert "curbstop_outbox_told_total 0.0" in measures
    assert "curbstop_deadlines_struck_total 0.0" in measures


def test_nothing_is_open_by_mistake() -> None:
    door: Any = Door()
    with pytest.raises(TypeError, match="needs"):
        door.get("/things")
    with pytest.raises(TypeError, match="needs a permission"):
        door.get("/things", needs=None)(_thing)


async def _thing(tx: WriteTx) -> int:
    return 1


async def _with_request(request: Request) -> int:
    return 1


async def _with_dependency(x: Annotated[int, Depends(lambda: 1)]) -> int:
    return x


async def _with_two_bodies(a: Thing, b: Thing) -> int:
    return a.size + b.size


@pytest.mark.parametrize("function", [_with_request, _with_dependency, _with_two_bodies])
async def test_what_a_door_does_not_give_is_refused_at_the_start(service: ServiceFactory, function: Any) -> None:
    odd = Door()
    odd.post("/things", needs=ANYTHING)(function)
    with pytest.raises(TypeError):
        await service(type(tower)(name="desk", door=odd, hearing=Hearing(), strikes=tower.strikes, migrations=Path()))


async def _many(tx: WriteTx, requests: Requests[Thing]) -> Outcomes[Thing]:
    return [each.body for each in requests]


async def _many_at_one_place(tx: WriteTx, thing_id: int, requests: Requests[Thing]) -> Outcomes[Thing]:
    return [each.body for each in requests]


def test_who_is_answered_together_meets_a_body_and_an_answer_of_her_own() -> None:
    door = Door()
    door.post("/things", needs=ANYTHING, idempotent=True)(_many)
    asked = openapi_of(Declared(door))["paths"]["/v1/things"]["post"]
    thing = {"schema": {"$ref": "#/components/schemas/Thing"}}
    assert asked["requestBody"]["content"]["application/json"] == thing
    assert asked["responses"]["200"]["content"]["application/json"] == thing


@pytest.mark.parametrize(
    ("path", "idempotent", "function"),
    [("/things", False, _many), ("/things/{thing_id}", True, _many_at_one_place)],
    ids=["without a key", "with a path"],
)
async def test_only_what_may_safely_be_asked_again_is_answered_together(
    service: ServiceFactory, path: str, idempotent: bool, function: Any
) -> None:
    odd = Door()
    odd.post(path, needs=ANYTHING, idempotent=idempotent)(function)
    with pytest.raises(TypeError, match="answers many"):
        await service(type(tower)(name="desk", door=odd, hearing=Hearing(), strikes=tower.strikes, migrations=Path()))


@pytest.mark.parametrize("path", ["things", "/things/", "/things/{thing_id}x"])
def test_a_path_that_cannot_be_right_is_refused(path: str) -> None:
    door = Door()
    with pytest.raises(ValueError, match="path"):
        door.get(path, needs=ANYTHING)(_thing)


def test_the_same_address_or_name_twice_is_refused() -> None:
    door = Door()
    door.get("/things", needs=ANYTHING)(_thing)
    with pytest.raises(ValueError, match="twice"):
        door.get("/things", needs=ANYTHING)(_with_request)
    with pytest.raises(ValueError, match="called _thing"):
        door.get("/others", needs=ANYTHING)(_thing)


def test_a_permission_is_named_thing_dot_action_and_always_the_administrators() -> None:
    assert permission("bills.read") == Permission("bills.read", frozenset({Role.ADMIN}))
    for name in ("Bills.read", "bills", "bills.", "bills read"):
        with pytest.raises(ValueError, match="lower case"):
            permission(name)
