"""Brings the whole town up on this machine: ground, topics, databases, issuer, five processes; and takes it down.

async with town_up(say=print) as up:
    ...                              # everything is ready
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from services.__main__ import SERVICES
from shared.migrate import create_database, migrate
from shared.settings import Settings
from town.apart import TownApart
from town.databases import database_exists, drop_database
from town.ground import Ground, ground
from town.issuer import Issuer, issuer_app
from town.kafka import Say
from town.place import TOWN_FOLDER, hold
from town.ports import LOCALHOST, claim
from town.settings import TownSettings, read_town
from town.stand_in import PARTITIONS as STAND_IN_PARTITIONS
from town.stand_in import ask_for_topics
from town.topics import create_topics

FORGETFUL = "stand-in.town"


@dataclass(frozen=True)
class Up:
    """A town that is up."""

    facts: TownSettings
    ground: Ground
    town: TownApart
    is_new: bool
    """True at the first start, when nothing has happened here yet."""

    @property
    def banner(self) -> str:
        """What a person must know before she trusts this town; empty on real ground."""
        if not self.ground.stand_in_because:
            return ""
        return (
            "NOT REAL KAFKA: a stand-in plays its part, and forgets everything when the town ends. "
            f"{self.ground.stand_in_because}"
        )


@asynccontextmanager
async def town_up(
    folder: Path = TOWN_FOLDER, facts: TownSettings | None = None, *, say: Say = lambda _step: None
) -> AsyncIterator[Up]:
    """The town of town.toml, or of other facts, up and ready while the block runs; then no process of it is left.

    `say` is told each step in a few words. Raises Trouble.
    """
    facts = facts or read_town()
    folder = folder.absolute()
    with hold(folder):
        for service in SERVICES:
            claim(facts.ports.of(service), f"the service {service}", f"ports.{service}")
        claim(facts.ports.issuer, "the issuer of tokens", "ports.issuer")
        say("Starting Kafka and PostgreSQL")
        async with ground(
            folder, kafka_port=facts.ports.kafka, postgres_port=facts.ports.postgres, may_stand_in=True, say=say
        ) as standing:
            issuer = Issuer(folder, f"http://{LOCALHOST}:{facts.ports.issuer}", environment="development")
            async with (
                _handing_out_tokens(issuer, facts.ports.issuer),
                _services_up(facts, standing, issuer, folder, say) as up,
            ):
                yield up


@asynccontextmanager
async def _services_up(
    facts: TownSettings, standing: Ground, issuer: Issuer, folder: Path, say: Say
) -> AsyncIterator[Up]:
    ports = {service: facts.ports.of(service) for service in SERVICES}
    partitions = STAND_IN_PARTITIONS if standing.stand_in_because else facts.kafka.partitions
    town = TownApart(
        standing, issuer, _settings(facts, standing, issuer), folder / "services", ports, partitions=partitions
    )
    try:
        is_new = await _lay(town, say)
        await town.follow_clock()
        say("Starting the five services")
        await town.start(*SERVICES)
        await town.ready()
        yield Up(facts, standing, town, is_new)
    finally:
        await town.supervisor.close()
        await town.close()


def _settings(facts: TownSettings, standing: Ground, issuer: Issuer) -> Settings:
    return Settings(
        environment="development",
        kafka=standing.kafka,
        postgres=standing.postgres,
        time_zone=facts.time_zone,
        policy_pack=facts.policy_pack,
        oidc_issuer=issuer.url,
        oidc_audience=issuer.audience,
        oidc_jwks=str(issuer.jwks_file),
        log_format="json",
    )


async def _lay(town: TownApart, say: Say) -> bool:
    """Topics and databases, made or brought to their newest form; True when they were not there before."""
    urls = {service: town.settings.database_url(service) for service in town.towers}
    await _forget(town, town.supervisor.folder.parent / FORGETFUL)
    is_new = not await database_exists(urls[SERVICES[0]])
    say("Creating topics and databases" if is_new else "Bringing the databases to their newest form")
    names = town.topic_names()
    if town.ground.stand_in_because:
        await ask_for_topics(town.ground.kafka, names)
    else:
        await create_topics(town.ground.kafka, names, town.partitions)
    for service, url in urls.items():
        await create_database(url)
        await migrate(url, town.towers[service].migrations)
    return is_new


async def _forget(town: TownApart, mark: Path) -> None:
    """A stand-in forgot its log when it stopped: databases that remember having heard it begin anew."""
    if mark.exists():
        for service in town.towers:
            await drop_database(town.ground.postgres, f"{town.settings.database_prefix}{service}")
        mark.unlink()
    if town.ground.stand_in_because:
        mark.write_text(town.ground.stand_in_because + "\n")


class _QuietServer(uvicorn.Server):
    """Ctrl-C belongs to the town, which takes everything down in its order."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


@asynccontextmanager
async def _handing_out_tokens(issuer: Issuer, port: int) -> AsyncIterator[None]:
    config = uvicorn.Config(issuer_app(issuer), host=LOCALHOST, port=port, log_config=None, lifespan="off")
    server = _QuietServer(config)
    serving = asyncio.create_task(server.serve(), name="issuer")
    try:
        yield
    finally:
        server.should_exit = True
        await asyncio.gather(serving, return_exceptions=True)
