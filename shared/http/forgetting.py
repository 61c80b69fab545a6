"""Forgets idempotency keys a week after they were used, some thousands at a time, once an hour."""

import asyncio
from datetime import timedelta

from shared import log
from shared.auth import Actor
from shared.backoff import Backoff
from shared.faults import PASSING
from shared.http.idempotency import KEPT_DAYS, purge_idempotency_keys
from shared.postgres import Cause, Database

FORGET_EVERY_SECONDS = 3_600.0
KEYS_AT_ONCE = 10_000


class Forgetting:
    """Safe with several replicas: each takes keys that no other is at."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.actor = Actor.service(database.service)

    async def run(self) -> None:
        """Forget for ever."""
        backoff = Backoff()
        while True:
            try:
                await self.forget_old()
                backoff.reset()
                await asyncio.sleep(FORGET_EVERY_SECONDS)
            except PASSING as passing:
                log.get(service=self.database.service).warning("forgetting waits", fault=type(passing).__name__)
                await backoff.pause()

    async def forget_old(self) -> int:
        """Forget all that are old enough, each set in a transaction of its own; answers how many."""
        forgotten_count = 0
        while True:
            async with self.database.begin(self.actor, Cause("retention")) as tx:
                count = await purge_idempotency_keys(tx, tx.now - timedelta(days=KEPT_DAYS), KEYS_AT_ONCE)
            forgotten_count += count
            if count < KEYS_AT_ONCE:
                return forgotten_count
