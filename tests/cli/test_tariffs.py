"""A clerk's file at the command line: checked, compared, tried on a cycle, loaded; each against billing itself."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
import uvicorn
from structlog.testing import capture_logs

from services.billing.app import tower
from shared.auth import Role
from tests.billing.tariffs import nyc_body
from tests.billing.town import ADA, BEN
from tests.cli.conftest import Curbstop, leave_addresses
from tests.rooms import Rooms, ServiceFactory

SERVER_STARTS_SECONDS_MAX = 20.0
NEW_RATES = """\
rate_code: nyc
effective_on: 2026-07-01
title: New York City, metered water and wastewater
unit: hcf
components:
  - kind: per_unit
    name: water
    label: Water
    service: water
    rule: Rate Schedule 2027
    rate: 4.00
    minimum: {per_day: 0.49}
  - kind: percentage
    name: sewer
    label: Sewer
    service: sewer
    rule: Rate Schedule 2027
    percent: 159
    of: [water]
"""


@asynccontextmanager
async def served(rooms: Rooms) -> AsyncIterator[str]:
    """The service on a port, with its worker at work. What it logs is no part of what the command says."""
    server = uvicorn.Server(uvicorn.Config(rooms.running.app, port=0, lifespan="off", log_config=None))
    tasks = [asyncio.create_task(server.serve()), asyncio.create_task(rooms.running.worker.run())]
    async with asyncio.timeout(SERVER_STARTS_SECONDS_MAX):
        while not server.started:
            await asyncio.sleep(0.01)
    try:
        with capture_logs():
            yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await tasks[0]
        tasks[1].cancel()
        with suppress(asyncio.CancelledError):
            await tasks[1]


@pytest.fixture
async def rooms(service: ServiceFactory) -> Rooms:
    """Billing, with the city's tariff, and two who were billed by it."""
    made = await service(tower)
    await made.tell(ADA.opened(), BEN.opened(), ADA.started(), BEN.started(), ADA.read(110), BEN.read(101))
    biller = made.http("billing")
    await biller.post("/tariffs", json={"rate_code": "nyc", "effective_on": "2025-07-01", "body": nyc_body()})
    run = {"cycle": "C1", "from_on": "2026-02-01", "through_on": "2026-03-31"}
    await biller.post("/bill-runs", json=run, headers={"Idempotency-Key": "run"})
    await made.work()
    return made


async def test_a_clerk_checks_compares_tries_and_loads_new_rates(
    rooms: Rooms, curbstop: Curbstop, tmp_path: Path
) -> None:
    file = tmp_path / "nyc-2027.yaml"
    token = {"CURBSTOP_TOKEN": rooms.issuer.mint_role(Role.BILLING)}
    async with served(rooms) as url:
        leave_addresses(tmp_path, services={"billing": url})

        file.write_text(NEW_RATES.replace("4.00", "-4.00"))
        spoiled = await curbstop("tariff", "check", str(file), **token)
        assert spoiled.code == 1
        assert f"{file}:11: component water: components.0.rate: a rate is never negative" in spoiled.err
        refused = await curbstop("tariff", "load", str(file), **token)
        assert (refused.code, "nothing was done" in refused.err) == (1, True)
        faults = (await curbstop("tariff", "check", str(file), "--json", **token)).json["faults"]
        assert [(fault["line"], fault["component"]) for fault in faults] == [(11, "water")]

        file.write_text(NEW_RATES)
        assert "is sound: nyc, in force from 2026-07-01" in (await curbstop("tariff", "check", str(file), **token)).out
        changes = (await curbstop("tariff", "diff", "nyc", str(file), "--json", **token)).json
        assert {"where": "water.rate", "before": "3.81", "after": "4.00"} in changes
        same = await curbstop("tariff", "diff", str(file), str(file), **token)
        assert same.out == "Nothing changes.\n"

        tried = await curbstop("tariff", "try", str(file), "--cycle", "C1", **token)
        assert "2 bills: $134.42 before, $141.67 after, +$7.25." in tried.out
        assert ADA.number in tried.out
        as_json = (await curbstop("tariff", "try", str(file), "--cycle", "C1", "--json", **token)).json
        assert (as_json["before_cents"], as_json["after_cents"]) == (13_442, 14_167)
        nobody = await curbstop("tariff", "try", str(file), "--cycle", "C9", **token)
        assert "No agreement of cycle C9" in nobody.out

        loaded = await curbstop("tariff", "load", str(file), "--json", **token)
        assert loaded.json["tariff_id"]
        again = await curbstop("tariff", "load", str(file), **token)
        assert (again.code, "later first day" in again.err) == (1, True)


async def test_a_file_that_is_no_text_is_said_before_anybody_is_asked(curbstop: Curbstop, tmp_path: Path) -> None:
    leave_addresses(tmp_path)
    file = tmp_path / "tariff.yaml"
    missing = await curbstop("tariff", "check", str(file), CURBSTOP_TOKEN="t")
    assert (missing.code, "cannot be read" in missing.err) == (1, True)
    file.write_bytes("título".encode("latin-1"))
    assert "not UTF-8" in (await curbstop("tariff", "check", str(file), CURBSTOP_TOKEN="t")).err
    file.write_bytes(b"x" * 50_001)
    assert "at most 50,000" in (await curbstop("tariff", "check", str(file), CURBSTOP_TOKEN="t")).err
    file.write_text(json.dumps({}))
    away = await curbstop("tariff", "check", str(file), CURBSTOP_TOKEN="t")
    assert "is the town up?" in away.err
