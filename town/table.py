"""What a person sees of a town that is up: each service, where it answers, how it is, its lag, what it set aside."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import asyncpg
import httpx
from rich.table import Table

from shared.kafka import UNREACHABLE
from town.ports import LOCALHOST

if TYPE_CHECKING:
    from town.apart import TownApart

_ASIDE = "SELECT count(*) AS aside_count FROM set_aside"
_AWAY = (*UNREACHABLE, asyncpg.PostgresError, asyncpg.InterfaceError)
_COLOR = {"ready": "green", "not ready": "yellow", "starting": "yellow", "died": "red", "stopped": "dim"}


@dataclass(frozen=True, slots=True)
class Row:
    """One service at this moment; None where nobody could be asked."""

    service: str
    url: str
    state: str
    restarts_count: int
    lag_count: int | None
    aside_count: int | None


async def rows_of(town: "TownApart") -> list[Row]:
    """Each service at this moment."""
    lags = await _lags(town)
    async with httpx.AsyncClient(timeout=2.0) as client:
        states = await asyncio.gather(*(_state(client, town, service) for service in town.towers))
    asides = [await _aside_count(town, service) for service in town.towers]
    return [
        Row(
            service,
            f"http://{LOCALHOST}:{town.ports[service]}",
            state,
            town.supervisor.lives[service].restarts_count,
            lags.get(service),
            aside_count,
        )
        for service, state, aside_count in zip(town.towers, states, asides, strict=True)
    ]


def table_of(rows: Sequence[Row]) -> Table:
    """The rows as a table for a terminal."""
    table = Table(box=None, pad_edge=False)
    for title in ("service", "where", "state"):
        table.add_column(title)
    for title in ("lag", "set aside", "restarts"):
        table.add_column(title, justify="right")
    for row in rows:
        color = _COLOR.get(row.state, "white")
        state = f"[{color}]{row.state}[/{color}]"
        table.add_row(
            row.service, row.url, state, _shown(row.lag_count), _shown(row.aside_count), str(row.restarts_count)
        )
    return table


def _shown(count: int | None) -> str:
    return "?" if count is None else f"{count:,}"


async def _lags(town: "TownApart") -> dict[str, int]:
    try:
        return await asyncio.wait_for(town.watch.lags(), 3.0)
    except _AWAY:
        return {}


async def _aside_count(town: "TownApart", service: str) -> int | None:
    try:
        rows = await asyncio.wait_for(town.fetch(service, _ASIDE), 3.0)
    except _AWAY:
        return None
    return int(rows[0]["aside_count"])


async def _state(client: httpx.AsyncClient, town: "TownApart", service: str) -> str:
    life = town.supervisor.lives[service]
    if life.state != "running":
        return life.state
    try:
        answer = await client.get(f"http://{LOCALHOST}:{town.ports[service]}/ready")
    except httpx.HTTPError:
        return "starting"
    return "ready" if answer.status_code == httpx.codes.OK else "not ready"
