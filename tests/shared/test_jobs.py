"""Long work goes on from where it stopped, and repeats no chunk."""

import asyncio
from typing import Any

from shared import jobs
from shared.jobs import Chunk, Job, Worker
from shared.postgres import Tx
from tests.rooms import Rooms, ServiceFactory
from tests.shared.ledger import Ledger


async def chunks_of(rooms: Rooms) -> list[int]:
    async with rooms.tx() as tx:
        return [int(row["serial"]) for row in await tx.fetch("SELECT serial FROM serials ORDER BY n")]


async def test_a_job_runs_to_its_end_and_says_how_far_it_is(service: ServiceFactory) -> None:
    """Three chunks, each counted."""
    rooms = await service(Ledger())
    async with rooms.tx() as tx:
        job_id = await jobs.start(tx, "count", {"to": 30})
        assert (await jobs.find_job(tx, job_id)).state == "waiting"
    await rooms.work()
    async with rooms.tx() as tx:
        progress = await jobs.find_job(tx, job_id)
    assert (progress.state, progress.done_count, progress.total_count) == ("completed", 30, 30)
    assert await chunks_of(rooms) == [10, 20, 30]


async def test_killed_in_the_middle_of_a_chunk_it_repeats_nothing(service: ServiceFactory) -> None:
    """The process dies after writing and before committing; the next one begins that chunk again, and only that."""
    ledger = Ledger()
    rooms = await service(ledger)
    whole = ledger.count_chunk

    async def die_in_the_second(tx: Tx, job: Job) -> Chunk:
        chunk = await whole(tx, job)
        if chunk.cursor == 20:
            raise asyncio.CancelledError
        return chunk

    async with rooms.tx() as tx:
        await jobs.start(tx, "count", {"to": 40})
    worker: Any = Worker({"count": die_in_the_second}, rooms.database)
    assert await worker.work_chunk()
    try:
        await worker.work_chunk()
        raise AssertionError("it should have died")
    except asyncio.CancelledError:
        pass
    assert await chunks_of(rooms) == [10]
    await rooms.work()
    assert await chunks_of(rooms) == [10, 20, 30, 40]


async def test_three_replicas_share_a_job_and_repeat_nothing(service: ServiceFactory) -> None:
    """While one is at a chunk the others find the row locked, and come back."""
    rooms = await service(Ledger())
    async with rooms.tx() as tx:
        job_id = await jobs.start(tx, "count", {"to": 200})

    async def work() -> None:
        worker = Worker(rooms.tower.jobs, rooms.database)
        while True:
            await worker.work_chunk()
            async with rooms.tx() as tx:
                if (await jobs.find_job(tx, job_id)).state == "completed":
                    return

    await asyncio.gather(work(), work(), work())
    assert await chunks_of(rooms) == list(range(10, 201, 10))


async def test_a_chunk_that_keeps_failing_fails_the_job_with_its_reason(service: ServiceFactory) -> None:
    """After five tries the job has failed, and says why."""
    rooms = await service(Ledger())

    async def broken(tx: Tx, job: Job) -> Chunk:
        raise KeyError("period")

    async with rooms.tx() as tx:
        job_id = await jobs.start(tx, "count", {})
    worker = Worker({"count": broken}, rooms.database)
    for _ in range(jobs.ATTEMPTS_MAX):
        assert await worker.work_chunk()
        rooms.clock.turn(minutes=1)
    async with rooms.tx() as tx:
        progress = await jobs.find_job(tx, job_id)
    assert progress.state == "failed"
    assert progress.last_error == "KeyError: 'period'"
