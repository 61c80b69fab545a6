"""Who publishes a file and waits is told the lines that a service refused, too: on real Kafka, with billing hearing."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest

from services.billing import commands
from services.billing.app import tower
from shared.events import TOPICS
from shared.tower import Running
from tests.billing.town import ADA, BEN
from tests.cli.conftest import Curbstop, leave_addresses
from tests.rooms import ServiceFactory
from town.ground import Ground
from town.topics import create_topics, delete_topics

TOPIC = "inbound.meter-readings"
FILE = f"""meter_serial,value,read_at
{ADA.meter_serial},110,2026-03-01T12:00:00Z
X-404,7,2026-03-01T12:00:00Z

{BEN.meter_serial},101,2026-04-01T12:00:00Z
{BEN.meter_serial},1O1,2026-03-01T12:00:00Z
"""


@pytest.fixture
async def folder(ground: Ground, service: ServiceFactory, tmp_path: Path) -> AsyncIterator[Path]:
    """Billing hears, and knows the meters of Ada and Ben; the folder says where it is."""
    prefix = f"cli{uuid4().hex[:8]}."
    topics = [prefix + topic for topic in TOPICS]
    await create_topics(ground.kafka, topics, 1)
    rooms = await service(tower, topic_prefix=prefix)
    async with rooms.tx() as tx:
        await commands.start_services(tx, [ADA.started(), BEN.started()])
    leave_addresses(tmp_path, kafka=ground.kafka, topic_prefix=prefix, postgres=ground.postgres,
                    database_prefix=rooms.settings.database_prefix)  # fmt: skip
    async with Running(tower, rooms.settings, rooms.clock, ["inbox", "relay"]).running():
        yield tmp_path
    await delete_topics(ground.kafka, topics)


async def test_who_waits_is_told_each_line_that_a_service_refused(folder: Path, curbstop: Curbstop) -> None:
    """Rosa sends the handheld's file: a meter that nobody knows, a clock that ran ahead, and a letter for a digit."""
    file, refused = folder / "readings.csv", folder / "refused.csv"
    file.write_text(FILE)
    ran = await curbstop("publish", str(file), "--topic", TOPIC, "--wait", "--refused", str(refused))
    assert ran.code == 1
    assert "3 published, 3 refused (2 by a service)" in ran.out
    assert [line.partition(",")[0] for line in refused.read_text().splitlines()] == ["line", "6", "3", "5"]
    assert "line 3: meter_serial: " in ran.err
    assert "X-404" in ran.err
    assert "line 5: read_at: " in ran.err

    again = await curbstop("publish", str(file), "--topic", TOPIC, "--wait", "--json")
    *told, summed = [json.loads(line) for line in again.out.splitlines() if line.startswith("{")]  # beside the log
    assert [one["refused"]["line"] for one in told] == [6, 3, 5], "what was refused before is still refused"
    assert (summed["published"], summed["refused"], summed["refused_later"]) == (3, 3, 2)

    file.write_text("\n".join(FILE.splitlines()[:2]))
    mended = await curbstop("publish", str(file), "--topic", TOPIC, "--wait")
    assert (mended.code, "1 published, 0 refused;" in mended.out) == (0, True)


async def test_who_cannot_wait_is_told_that_everything_is_published(folder: Path, curbstop: Curbstop) -> None:
    """Another system's machine has no way to the database: its lines are on the topic all the same."""
    text = (folder / "addresses.json").read_text()
    (folder / "addresses.json").write_text(text.replace('"database_prefix": "', '"database_prefix": "not_'))
    ran = await curbstop("publish", "-", "--topic", TOPIC, "--wait", stdin=FILE.encode())
    assert (ran.code, "All lines are published. What billing says of them cannot be waited for" in ran.err) == (1, True)
