"""In what weather a story is told: fair, with everything delivered twice, with a service away, in the worst order.

A story's steps go through `Telling`. In fair weather a step is taken and everything settles. Where a service is
away it is stopped before the step (unless the step asks it), the others finish, and only then it comes back; in the
worst order it then hears its topics one after the other, those last that its own facts come from first.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
import pytest

from shared.events import Fact
from shared.outbox import relay
from shared.outbox.publish import publish
from shared.tower import tower_of
from tests.stories.worst_order import hear_in_the_worst_order
from town.stand import Town

SERVICES = ("accounts", "billing", "payments", "licensing", "tickets")

TRIES = 2
"""A machine that stood still for seconds has lost its database sessions, by design: what was locked is let go.
The answer says to send the same again, and with the same key that is done once; so she does."""


@dataclass(frozen=True)
class Weather:
    """What is the matter while a story is told."""

    name: str
    twice: str = ""
    away: str = ""
    worst_order: str = ""

    def __str__(self) -> str:
        return self.name


def every_weather(concerned: Sequence[str]) -> list[Weather]:
    """Fair, twice, each service that the story concerns away, and those that hear several topics in the worst order."""
    several = [name for name in concerned if len(tower_of(name).hearing.topics(outside=False)) > 1]
    return [
        Weather("fair"),
        Weather("everything-twice", twice="yes"),
        *(Weather(f"{name}-away", away=name) for name in concerned),
        *(Weather(f"{name}-in-the-worst-order", away=name, worst_order="yes") for name in several),
    ]


@dataclass
class Telling:
    """One story being told on one town, in one weather."""

    town: Town
    weather: Weather
    said: list[str] = field(default_factory=list)
    """The names of all facts since the last `heard()`, in order."""
    facts: list[Fact] = field(default_factory=list)

    async def asks(
        self, service: str, who: str, path: str, body: Any = None, *, method: str = "POST", expects: int | None = None
    ) -> Any:
        """Somebody asks a service to do something; then everything settles. Answers the JSON."""
        async with self._weathered(service):
            return await self.now(service, who, path, body, method=method, expects=expects)

    async def now(
        self, service: str, who: str, path: str, body: Any = None, *, method: str = "POST", expects: int | None = None
    ) -> Any:
        """Somebody asks, and nobody waits for what follows."""
        headers = {"Idempotency-Key": str(uuid4())}
        client = self.town.http(service, who)
        for _ in range(TRIES):
            answer = await client.request(method, path, json={} if body is None else body, headers=headers)
            if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                break
        fits = answer.status_code == expects if expects else answer.is_success
        assert fits, f"{method} {path} answered {answer.status_code}: {answer.text}"
        return answer.json()

    async def reads(self, service: str, who: str, path: str) -> Any:
        """Somebody looks something up."""
        answer = await self.town.http(service, who).get(path)
        assert answer.is_success, f"GET {path} answered {answer.status_code}: {answer.text}"
        return answer.json()

    async def passes(self, **time: float) -> None:
        """Time passes, and everything that fell due is done."""
        async with self._weathered(""):
            await self.town.turn(**time)

    def heard(self) -> list[str]:
        """What was said since the last call."""
        said, self.said = self.said, []
        self.facts = []
        return said

    @asynccontextmanager
    async def _weathered(self, asked: str) -> AsyncIterator[None]:
        away = self.weather.away if self.weather.away != asked else ""
        if away:
            await self.town.stop(away)
        yield
        await self._settle()
        if away and self.weather.worst_order:
            await hear_in_the_worst_order(self.town, away)
        if away:
            await self.town.start(away)
        await self._settle()

    async def _settle(self) -> None:
        self.said += await self.town.settle()
        self.facts += self.town.facts


async def publish_twice(producer: Any, rows: Any) -> None:
    """As a relay that dies after publishing and before remembering it: the same records again."""
    await publish(producer, rows)
    await publish(producer, rows)


@asynccontextmanager
async def weathered(town: Town, weather: Weather) -> AsyncIterator[Telling]:
    """A telling in this weather."""
    with pytest.MonkeyPatch.context() as patch:
        if weather.twice:
            patch.setattr(relay, "publish", publish_twice)
        yield Telling(town, weather)
