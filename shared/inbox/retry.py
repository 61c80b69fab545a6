"""Tries what was set aside again when its time has come, a key at a time; and keeps the inbox's partitions."""

import asyncio
import time

import structlog

from shared.auth import Actor
from shared.backoff import Backoff
from shared.faults import PASSING
from shared.inbox.hearing import Hearing
from shared.inbox.partitions import keep_inbox_partitions
from shared.inbox.replay import NothingSetAside, find_due_keys, replay
from shared.postgres import Cause, Database

LOOK_EVERY_SECONDS = 15.0
KEEP_EVERY_SECONDS = 3600.0

log = structlog.get_logger()


class Retrier:
    """Replays due keys; safe with several replicas, for a key's rows are locked while it is replayed."""

    def __init__(self, database: Database, hearing: Hearing) -> None:
        self.database = database
        self.hearing = hearing
        self.actor = Actor.service(database.service)
        self._kept_at = time.monotonic()

    async def run(self) -> None:
        """Look for ever."""
        backoff = Backoff()
        while True:
            try:
                await self.retry_due()
                await self._keep_partitions()
                backoff.reset()
                await asyncio.sleep(LOOK_EVERY_SECONDS)
            except PASSING as passing:
                log.warning("retries_wait", service=self.database.service, reason=repr(passing))
                await backoff.pause()

    async def _keep_partitions(self) -> None:
        if time.monotonic() - self._kept_at >= KEEP_EVERY_SECONDS:
            async with self.database.begin(self.actor, Cause("retention")) as tx:
                await keep_inbox_partitions(tx)
            self._kept_at = time.monotonic()

    async def retry_due(self) -> int:
        """Replay every key whose time has come, each in a transaction of its own; answers how many events went."""
        async with self.database.read(self.actor, Cause("retry")) as reader:
            due = await find_due_keys(reader)
        done_count = 0
        for consumer, key in due:
            done_count += await self.replay_key(consumer, key)
        return done_count

    async def replay_key(self, consumer: str, key: str) -> int:
        """Replay one key now; 0 when somebody else just did."""
        try:
            async with self.database.begin(self.actor, Cause("retry")) as tx:
                return await replay(tx, self.hearing, consumer, key)
        except NothingSetAside:
            return 0
