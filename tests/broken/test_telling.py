"""Between a commit in one service and its effect in the next nothing is lost, doubled or reordered, whatever breaks."""

import asyncio
import logging
from random import Random

import pytest

from shared import outbox
from shared.auth import Actor
from shared.events import licensing
from shared.ids import ApplicationId, new_id
from shared.outbox import FactTooLarge
from shared.postgres import Cause
from tests.broken.pair import Pair, after_some_commits, pair_on
from town.ground import Ground
from town.issuer import Issuer
from town.topics import create_topics, delete_topics, until_gone


async def for_a_while(pair: Pair, random: Random, breaking: asyncio.Task[None]) -> None:
    """Tell until what is broken was broken and mended."""
    await pair.tell_until(breaking.done, random)
    await breaking


async def test_writers_that_commit_late_or_roll_back(ground: Ground, issuer: Issuer) -> None:
    """Numbers appear out of order and some never; the relay waits for those that may come and for no others."""
    async with pair_on(ground, issuer) as pair:

        async def hold_a_number_open() -> None:
            running = pair.town.running["teller"]
            async with running.begin(Actor.service("teller"), Cause("slow")) as tx:
                await tx.execute("SELECT nextval('outbox_seq')")
                await pair.tell(5, Random(1))
                await tx.execute("SELECT pg_sleep(1.2)")

        slow = asyncio.create_task(hold_a_number_open())
        await for_a_while(pair, Random(2), slow)
        await pair.check()
        relay = pair.town.running["teller"].relay
        assert relay.published_count > 0


async def test_the_broker_is_killed_and_comes_back(broken_ground: Ground, issuer: Issuer) -> None:
    """SIGKILL under load; the relay throws its producer away and begins again from what it had remembered."""
    async with pair_on(broken_ground, issuer) as pair:

        async def kill_and_start() -> None:
            await broken_ground.broker.kill()
            await broken_ground.broker.start()

        await for_a_while(pair, Random(3), asyncio.create_task(kill_and_start()))
        await pair.check()


async def test_the_database_shuts_down_at_once_and_comes_back(broken_ground: Ground, issuer: Issuer) -> None:
    """Immediate shutdown: every open transaction is gone, everything committed is there."""
    async with pair_on(broken_ground, issuer) as pair:

        async def stop_and_start() -> None:
            await broken_ground.database.stop_immediately()
            await broken_ground.database.start()

        await for_a_while(pair, Random(4), asyncio.create_task(stop_and_start()))
        await pair.check()


async def test_connections_are_cut_again_and_again(broken_ground: Ground, issuer: Issuer) -> None:
    """Twenty times, every connection of both services is terminated by the server."""
    async with pair_on(broken_ground, issuer) as pair:
        cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = $1"

        async def cut_everything() -> None:
            for _ in range(20):
                for service in ("teller", "ledger"):
                    await pair.town.fetch(service, cut, f"{pair.town.settings.database_prefix}{service}")
                await pair.tell_until(after_some_commits(pair), Random(5))

        await for_a_while(pair, Random(6), asyncio.create_task(cut_everything()))
        await pair.check()


async def test_the_only_broker_stops_gracefully_for_half_a_minute(
    broken_ground: Ground, issuer: Issuer, caplog: pytest.LogCaptureFixture
) -> None:
    """aiokafka 0.14 then wrote 700,000 lines and took most of a core; with its mend it asks ten times a second."""
    caplog.set_level(logging.INFO, logger="aiokafka")
    async with pair_on(broken_ground, issuer) as pair:
        await pair.tell(3, Random(7))
        await pair.town.settle()

        async def stop_for_half_a_minute() -> None:
            await broken_ground.broker.stop_gracefully()
            loop = asyncio.get_running_loop()
            back_at = loop.time() + 30
            while loop.time() < back_at:
                await asyncio.sleep(0.5)
            await broken_ground.broker.start()

        caplog.clear()
        await for_a_while(pair, Random(8), asyncio.create_task(stop_for_half_a_minute()))
        lines_count = sum(record.name.startswith("aiokafka") for record in caplog.records)
        assert lines_count < 30 * 10 * 20, f"{lines_count} lines in half a minute"
        await pair.check()


async def test_an_event_too_large_is_refused_before_anything_is_written(ground: Ground, issuer: Issuer) -> None:
    """It never reaches the outbox, so it can wedge nothing; what is told after it arrives."""
    async with pair_on(ground, issuer, event_bytes_max=2_000) as pair:
        running = pair.town.running["teller"]
        huge = licensing.CorrectionsRequested(
            application_id=ApplicationId(new_id()), license_type="dog", requested_at=running.clock.now(),
            reason_codes=["rabies_cover_too_short"] * 50 * 2, respond_by=running.clock.now().date(),
        )  # fmt: skip
        with pytest.raises(FactTooLarge):
            async with running.begin(Actor.service("teller"), Cause("test")) as tx:
                await outbox.put(tx, *[huge] * 2)
        random = Random(9)
        while not pair.committed:
            await pair.tell(4, random)
        await pair.check()


async def test_a_missing_topic_holds_up_and_loses_nothing(broken_ground: Ground, issuer: Issuer) -> None:
    """Somebody deleted the topic before anything was on it; the relay and the listener wait until it is there."""
    async with pair_on(broken_ground, issuer) as pair:
        topic = pair.town.settings.topic("billing")
        await pair.town.stop("ledger")
        await delete_topics(broken_ground.kafka, [topic])
        await until_gone(broken_ground.kafka, [topic])
        random = Random(10)
        while not pair.committed:
            await pair.tell(4, random)
        await pair.town.start("ledger")
        await create_topics(broken_ground.kafka, [topic], 2)
        await pair.check()
