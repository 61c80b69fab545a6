"""Who may do what: every route of every service, asked by every role, is open exactly to those its permission names."""

from collections import defaultdict
from typing import Any

import pytest

from services.__main__ import SERVICES
from shared.auth import Permission, Role
from shared.http import Operation, openapi_of, operations_of
from shared.settings import Settings
from shared.tower import Running, tower_of
from tests.rooms import StillClock
from town.issuer import Issuer
from town.stand import client_of
from town.standing import trust_in

ROUTES = [(service, operation) for service in SERVICES for operation in operations_of(tower_of(service))]
SOME_ID = "019a0000-0000-7000-8000-000000000001"


def _named(route: tuple[str, Operation]) -> str:
    service, operation = route
    return f"{service} {operation.method} {operation.path}"


@pytest.fixture(scope="module")
def away(issuer: Issuer) -> dict[str, Running]:
    """The five services, each with its database away: whoever is let in is told so, or that her request is wrong."""
    chosen: dict[str, Any] = {"environment": "test", "requests_burst_max": 100_000, **trust_in(issuer)}
    settings = Settings(**chosen)
    return {name: Running(tower_of(name), settings, StillClock(), parts=()) for name in SERVICES}


@pytest.mark.parametrize("route", ROUTES, ids=_named)
async def test_a_route_is_open_to_those_its_permission_names(
    route: tuple[str, Operation], away: dict[str, Running], issuer: Issuer
) -> None:
    service, operation = route
    assert isinstance(operation.needs, Permission), "closed by default"
    path = "/".join(SOME_ID if part.startswith("{") else part for part in operation.path.split("/"))
    let_in: set[Role] = set()
    for role in Role:
        async with client_of(lambda: away[service], issuer.mint_role(role)) as client:
            answer = await client.request(operation.method, path, json={})
        assert answer.status_code in (403, 422, 503), answer.text
        if answer.status_code != 403:
            let_in.add(role)
    assert let_in == operation.needs.roles
    assert Role.ADMIN in let_in


@pytest.mark.parametrize("route", ROUTES, ids=_named)
async def test_a_route_is_closed_to_who_brings_no_token(route: tuple[str, Operation], away: dict[str, Running]) -> None:
    service, operation = route
    async with client_of(lambda: away[service], "") as stranger:
        answer = await stranger.request(operation.method, operation.path.replace("{", "").replace("}", ""), json={})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("service", SERVICES)
def test_the_document_names_every_permission_and_nothing_else_is_open(service: str) -> None:
    document = openapi_of(tower_of(service))
    said = {
        (method.upper(), path): operation["x-permission"]["name"]
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    }
    declared = {(op.method, f"/v1{op.path}"): op.needs.name for op in operations_of(tower_of(service))}
    assert said == declared


def test_a_permission_means_the_same_wherever_it_is_named() -> None:
    meant: dict[str, Any] = defaultdict(set)
    for service, operation in ROUTES:
        meant[f"{service}:{operation.needs.name}"].add(operation.needs.roles)
    assert {name: roles for name, roles in meant.items() if len(roles) > 1} == {}
