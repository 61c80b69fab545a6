"""How the services of a town are, seen from outside: their probes and their measures."""

import asyncio
import json

import httpx

from cli.addresses import Addresses, folder
from town.table import Row

LAG, ASIDE = "curbstop_inbox_lag_count", "curbstop_set_aside_count"
LOOK_SECONDS_MAX = 5.0


async def look(found: Addresses) -> list[Row]:
    """Each service at this moment, as its own probes tell; one that nobody can ask is away."""
    lives = _lives()
    async with httpx.AsyncClient(timeout=LOOK_SECONDS_MAX) as client:
        asked = [_row(client, service, url, lives.get(service, {})) for service, url in found.services.items()]
        return await asyncio.gather(*asked)


async def _row(client: httpx.AsyncClient, service: str, url: str, life: dict[str, object]) -> Row:
    restarts_count = int(str(life.get("restarts_count", 0)))
    try:
        ready = await client.get(f"{url}/ready")
        measures = measured((await client.get(f"{url}/metrics")).text)
    except httpx.HTTPError:
        return Row(service, url, str(life.get("state", "away")), restarts_count, None, None)
    state = "ready" if ready.status_code == httpx.codes.OK else "not ready"
    return Row(service, url, state, restarts_count, measures.get(LAG, 0), measures.get(ASIDE, 0))


def measured(text: str) -> dict[str, int]:
    """The sum of each of our measures over its labels, from what Prometheus would read."""
    sums: dict[str, int] = {}
    for line in text.splitlines():
        name = line.partition("{")[0].partition(" ")[0]
        if name in (LAG, ASIDE):
            sums[name] = sums.get(name, 0) + int(float(line.rpartition(" ")[2]))
    return sums


def _lives() -> dict[str, dict[str, object]]:
    """What the supervisor of a town on this machine left on record; nothing where there is none."""
    path = folder() / "services" / "processes.json"
    if not path.exists():
        return {}
    return {str(life["name"]): life for life in json.loads(path.read_text())}
