"""What may happen to long work: its process is killed, or several do it at once."""

import asyncio

import pytest

from shared.jobs import Chunk, Job, Worker
from shared.postgres import Tx
from tests.rooms import Rooms


async def kill_in_the_second_chunk(rooms: Rooms) -> None:
    """A worker does one chunk, and dies in the next one, when everything is written and nothing is committed."""
    kinds = rooms.tower.jobs

    async def die(tx: Tx, job: Job) -> Chunk:
        await kinds[job.kind](tx, job)
        raise asyncio.CancelledError

    assert await Worker(kinds, rooms.database).work_chunk()
    with pytest.raises(asyncio.CancelledError):
        await Worker(dict.fromkeys(kinds, die), rooms.database).work_chunk()


async def work_together(rooms: Rooms, workers_count: int) -> None:
    """So many workers work all jobs off, whoever comes first to a chunk; each looks until none is left anywhere."""

    async def work() -> None:
        worker = Worker(rooms.tower.jobs, rooms.database)
        while await _is_left(rooms):
            await worker.work_chunk()

    await asyncio.gather(*(work() for _ in range(workers_count)))


async def _is_left(rooms: Rooms) -> bool:
    async with rooms.tx() as tx:
        left: bool = await tx.fetchval("SELECT EXISTS (SELECT FROM jobs WHERE finished_at IS NULL)")
    return left
