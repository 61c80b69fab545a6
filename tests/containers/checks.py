"""What must hold of the town in containers."""

import asyncio
import os
from typing import cast

import asyncpg

from tests.containers.images import ABOVE_BASE_BYTES_MAX, DEBIAN_IMAGE, OUR_IMAGE, Docker
from tests.containers.town import Compose, TownInContainers
from tests.stories.maple_street import balance_cents, moved_in
from tests.stories.test_1_payment_stops_a_shutoff import test_ana_pays_while_the_crew_is_on_its_way
from tests.stories.weather import Telling, Weather
from town import kafka
from town.containers import containers, engine_has_images
from town.stand import Town

TOOLS = ("gcc", "cc", "make", "pip", "pip3", "git")
BACK_SECONDS_MAX = 60.0
METER = {"serial": "M-14", "size": '5/8"', "dials": 6, "multiplier": 1, "unit": "hcf"}


async def check_testcontainers(docker: Docker) -> None:
    """The fixtures of the other tests find the engine and its images, and stand on them."""
    os.environ["DOCKER_HOST"] = docker.environment["DOCKER_HOST"]
    assert engine_has_images(), "testcontainers does not find the engine, or the images"
    async with containers() as ground:
        assert await kafka.answers(ground.kafka)
        connection = await asyncpg.connect(f"{ground.postgres}/postgres", timeout=10)
        version = await connection.fetchval("SHOW server_version_num")
        await connection.close()
        assert int(version) >= 180_000, version


def check_image(compose: Compose) -> None:
    """Less than 250 MB over its base; runs as nobody, cannot write, has no capability and no build tools."""
    above = compose.docker.size(OUR_IMAGE) - compose.docker.size(DEBIAN_IMAGE)
    assert above < ABOVE_BASE_BYTES_MAX, f"{above / 1e6:.0f} MB over its base"
    assert compose.run_in("tickets", "id", "-u").strip() == "10001"
    assert compose.inspect("tickets", "{{.HostConfig.ReadonlyRootfs}}") == "true"
    found = compose.run_in("tickets", "bash", "-c", f"type -P {' '.join(TOOLS)} || true").split()
    assert not found, f"the image holds {found}"
    written = compose.run_in("tickets", "bash", "-c", "touch /app/x /venv/x /x 2>/dev/null || echo refused")
    assert written.strip() == "refused"
    status = compose.run_in("tickets", "cat", "/proc/self/status")
    assert "CapEff:\t0000000000000000" in status
    published = compose.docker("ps", "--format", "{{.Ports}}")
    assert "0.0.0.0" not in published, f"published beyond this machine: {published}"


def _telling(town: TownInContainers) -> Telling:
    """Stories are told of a town in one process; this one has the same handles."""
    return Telling(cast(Town, town), Weather("fair"))


async def check_story(town: TownInContainers) -> None:
    """Rulebook, story 1: Ana pays while the crew is on its way; the ticket closes with a text for her."""
    await town.turn_to_spring()
    await test_ana_pays_while_the_crew_is_on_its_way(_telling(town))
    assert await town.asides() == []


async def check_kill(town: TownInContainers) -> None:
    """Billing is killed. Carl takes money meanwhile; billing comes back by itself and counts it once."""
    story = _telling(town)
    running = {"start": "conversion", "meter": METER, "started_on": "2026-01-02", "start_reading": 100}
    ben = await moved_in(story, "Ben Osei", "14 Maple Street", running)
    await town.settle()
    before = town.compose.inspect("billing", "{{.RestartCount}}")
    town.compose.kill("billing")
    paid = {"account_number": ben.account_number, "amount_cents": 10_000, "tender": "cash"}
    receipt = await story.now("payments", "cashier", "/payments", paid)
    assert receipt["receipt_number"]
    await _until_restarted(town, before)
    await town.ready()
    await town.settle()
    assert await balance_cents(story, ben) == -10_000
    assert await town.asides() == []


async def _until_restarted(town: TownInContainers, before: str) -> None:
    async with asyncio.timeout(BACK_SECONDS_MAX):
        while town.compose.inspect("billing", "{{.RestartCount}}") == before:
            await asyncio.sleep(0.2)
