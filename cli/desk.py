"""Asks the five over HTTP, as one of the demo town's people, and says plainly what they refuse."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import httpx

from cli.addresses import SERVICES, Addresses, addresses, folder
from town.issuer import Issuer
from town.trouble import Trouble

ADMINISTRATOR = "ada"
TIMEOUT_SECONDS = 30.0
PAGE_ITEMS = 200


class Desk:
    """The five services, asked by one person."""

    def __init__(self, found: Addresses, token: str) -> None:
        self.addresses = found
        self._client = httpx.AsyncClient(
            headers={"Authorization": f"Bearer {token}"}, timeout=httpx.Timeout(TIMEOUT_SECONDS, connect=3.0)
        )

    async def get(self, service: str, path: str, **params: Any) -> Any:
        """What a service answers to a question. Raises Trouble."""
        return await self._ask("GET", service, path, params=params)

    async def post(self, service: str, path: str, body: Any) -> Any:
        """What a service answers to an order. Raises Trouble."""
        return await self._ask("POST", service, path, json=body, headers={"Idempotency-Key": str(uuid4())})

    async def put(self, service: str, path: str, body: Any) -> Any:
        """What a service answers when a thing is put to it. Raises Trouble."""
        return await self._ask("PUT", service, path, json=body)

    async def get_pages(self, service: str, path: str, limit: int | None = None) -> list[dict[str, Any]]:
        """All items of a list, page by page, or the first `limit`. Raises Trouble."""
        items: list[dict[str, Any]] = []
        params: dict[str, Any] = {"limit": PAGE_ITEMS}
        while limit is None or len(items) < limit:
            page = await self.get(service, path, **params)
            items += page["items"]
            if page["next_cursor"] is None:
                break
            params["cursor"] = page["next_cursor"]
        return items[:limit]

    async def download(self, service: str, path: str, **params: Any) -> bytes:
        """A document that a service draws. Raises Trouble."""
        return (await self._answered("GET", service, path, params=params)).content

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.aclose()

    async def _ask(self, method: str, service: str, path: str, **how: Any) -> Any:
        answer = await self._answered(method, service, path, **how)
        return answer.json() if answer.content else None

    async def _answered(self, method: str, service: str, path: str, **how: Any) -> httpx.Response:
        try:
            answer = await self._client.request(method, f"{self.addresses.services[service]}/v1{path}", **how)
        except httpx.HTTPError as away:
            where = self.addresses.services[service]
            raise Trouble(
                f"{service} does not answer at {where}: is the town up? `curbstop town up` starts it."
            ) from away
        if answer.is_success:
            return answer
        raise Trouble(_refusal(service, answer))


@asynccontextmanager
async def asking(person: str | None = None) -> AsyncIterator[Desk]:
    """The five, asked by a person of the demo town (its administrator unless named), or by CURBSTOP_TOKEN's."""
    found = addresses()
    desk = Desk(found, token_for(person))
    try:
        yield desk
    finally:
        await desk.close()


def token_for(person: str | None, *, hours: float = 12.0) -> str:
    """A token for one of the demo town's people, or the one that CURBSTOP_TOKEN holds. Raises Trouble."""
    given = os.environ.get("CURBSTOP_TOKEN")
    if given and person is None:
        return given
    environment = os.environ.get("CURBSTOP_ENVIRONMENT", "development")
    return Issuer(folder(), addresses().issuer, environment=environment).mint(person or ADMINISTRATOR, hours=hours)


def service_named(name: str) -> str:
    """The service of that name. Raises Trouble that names the five."""
    if name not in SERVICES:
        raise Trouble(f"There is no service {name!r}: there are {', '.join(SERVICES)}.")
    return name


def _refusal(service: str, answer: httpx.Response) -> str:
    if not answer.headers.get("content-type", "").startswith("application/problem+json"):
        return f"{service} answered {answer.status_code} without a reason: {answer.text[:200]}"
    problem = answer.json()
    return f"{service}: {problem['detail']} {problem['remedy']}"
