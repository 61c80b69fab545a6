"""schemathesis asks every operation of every service what nobody would: no 5xx, and every answer as documented."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import uvicorn

from services.__main__ import SERVICES
from shared.auth import Role
from shared.tower import tower_of
from tests.rooms import Rooms, ServiceFactory

EXAMPLES_COUNT = int(os.environ.get("CURBSTOP_EXAMPLES", "3"))


@asynccontextmanager
async def served(rooms: Rooms) -> AsyncIterator[str]:
    """The service's app behind a real HTTP server; its address."""
    config = uvicorn.Config(rooms.running.app, port=0, log_config=None, lifespan="off", http="httptools", ws="none")
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    serving = asyncio.create_task(server.main_loop())
    (listening,) = server.servers
    yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    server.should_exit = True
    await serving
    await server.shutdown()


@pytest.mark.parametrize("name", SERVICES)
async def test_nothing_that_is_sent_is_a_fault_of_ours(name: str, service: ServiceFactory) -> None:
    rooms = await service(tower_of(name), environment="production", requests_per_second_max=100_000)
    async with served(rooms) as address:
        asking = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "schemathesis.cli", "run", f"{address}/openapi.json", "--url", address,
            "--header", f"Authorization: Bearer {rooms.issuer.mint_role(Role.ADMIN)}",
            # A cursor and an idempotency key used twice are refused by what they mean, not by their form.
            "--checks", "all", "--exclude-checks", "positive_data_acceptance",
            "--max-examples", str(EXAMPLES_COUNT), "--phases", "coverage,fuzzing",
            "--seed", "1", "--generation-deterministic", "--no-color",
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        said, _ = await asking.communicate()
    assert asking.returncode == 0, said.decode()[-20_000:]
