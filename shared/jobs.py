"""Long work: a row with its parameters, a cursor and two counts; a chunk is one transaction that moves the cursor.

So a job can be killed at any instant and resumed, never repeats a chunk, and is watched by whoever asks.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

import structlog
from pydantic import BaseModel

from shared.auth import Actor
from shared.backoff import Backoff
from shared.bell import Bell
from shared.errors import NotFound, Refusal
from shared.faults import PASSING, sentence_of
from shared.ids import JobId, new_id
from shared.postgres import Cause, Database, Reader, Tx

POLL_SECONDS = 2.0
RETRY_AFTER = timedelta(seconds=5)
ATTEMPTS_MAX = 5

_START = """
INSERT INTO jobs (job_id, kind, parameters, total_count, requested_by, requested_at) VALUES ($1, $2, $3, $4, $5, $6)
"""
_NEXT = """
SELECT * FROM jobs WHERE finished_at IS NULL AND failed_at IS NULL AND (retry_at IS NULL OR retry_at <= $1)
ORDER BY requested_at, job_id LIMIT 1 FOR UPDATE SKIP LOCKED
"""
_MOVE = """
UPDATE jobs SET cursor = $2, done_count = done_count + $3, total_count = coalesce($4, total_count), attempts = 0,
       retry_at = NULL, last_error = NULL, started_at = coalesce(started_at, $5),
       finished_at = CASE WHEN $6 THEN $5::timestamptz END
WHERE job_id = $1
"""
_FAIL = """
UPDATE jobs SET attempts = attempts + 1, last_error = $2, retry_at = $3::timestamptz,
       failed_at = CASE WHEN $4 OR attempts + 1 >= $5 THEN $6::timestamptz END
WHERE job_id = $1 AND finished_at IS NULL
"""
_FIND = "SELECT * FROM jobs WHERE job_id = $1"
_LIST = """
SELECT * FROM jobs WHERE $1::timestamptz IS NULL OR (requested_at, job_id) < ($1, $2)
ORDER BY requested_at DESC, job_id DESC LIMIT $3
"""

log = structlog.get_logger()


class JobUnknown(NotFound):
    """A job is known by the id that was given when it was started."""


@dataclass(frozen=True, slots=True)
class Job:
    """What a chunk is told: parameters as they were given, and where the one before it stopped (None at first)."""

    job_id: JobId
    kind: str
    parameters: dict[str, Any]
    cursor: Any
    done_count: int
    total_count: int | None


_JOB_COLUMNS = tuple(column.name for column in fields(Job))


@dataclass(frozen=True, slots=True)
class Chunk:
    """What a chunk did: where it stopped, how many units, whether that was all, and the total if it is known now."""

    cursor: Any
    done_count: int
    finished: bool
    total_count: int | None = None


class JobProgress(BaseModel):
    """How far a job is."""

    job_id: JobId
    kind: str
    state: str
    parameters: dict[str, Any]
    done_count: int
    total_count: int | None
    last_error: str | None
    requested_by: str
    requested_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    failed_at: datetime | None


OnChunk = Callable[[Tx, Job], Awaitable[Chunk]]


async def start(tx: Tx, kind: str, parameters: Mapping[str, Any], total_count: int | None = None) -> JobId:
    """Ask for long work; it begins when this transaction is committed."""
    job_id = JobId(new_id())
    await tx.execute(_START, job_id, kind, dict(parameters), total_count, tx.actor.subject, tx.now)
    tx.bells.add("jobs")
    return job_id


async def find_job(reader: Reader, job_id: JobId) -> JobProgress:
    """How far it is. Raises JobUnknown."""
    row = await reader.fetchrow(_FIND, job_id)
    if row is None:
        raise JobUnknown(field="job_id", job_id=job_id)
    return _progress(row)


async def list_jobs(reader: Reader, after: tuple[datetime, JobId] | None = None, limit: int = 50) -> list[JobProgress]:
    """The newest first, behind `after` (requested_at, job_id)."""
    return [_progress(row) for row in await reader.fetch(_LIST, *(after or (None, None)), limit)]


def _progress(row: Any) -> JobProgress:
    ended = "completed" if row["finished_at"] else "failed" if row["failed_at"] else None
    state = ended or ("running" if row["started_at"] else "waiting")
    return JobProgress(state=state, **{name: row[name] for name in JobProgress.model_fields if name != "state"})


class Worker:
    """Works one service's jobs off, chunk by chunk; any number of replicas may run."""

    def __init__(self, kinds: Mapping[str, OnChunk], database: Database) -> None:
        self.kinds = kinds
        self.database = database
        self.actor = Actor.service(database.service)
        self._bell = Bell()

    def ring(self) -> None:
        """A job was asked for."""
        self._bell.ring()

    async def run(self) -> None:
        """Work for ever."""
        backoff = Backoff()
        while True:
            try:
                self._bell.hush()
                while await self.work_chunk():
                    backoff.reset()
                await self._bell.wait(POLL_SECONDS)
            except PASSING as passing:
                log.warning("jobs_wait", service=self.database.service, reason=repr(passing))
                await backoff.pause()

    async def work_chunk(self) -> bool:
        """One chunk of the oldest open job that nobody else is at; False when there is none."""
        job: Job | None = None
        try:
            async with self.database.begin(self.actor, Cause("jobs")) as tx:
                row = await tx.fetchrow(_NEXT, tx.now)
                if row is None:
                    return False
                job = Job(*(row[name] for name in _JOB_COLUMNS))
                tx.cause = Cause(str(job.job_id))
                chunk = await self.kinds[job.kind](tx, job)
                await tx.execute(
                    _MOVE, job.job_id, chunk.cursor, chunk.done_count, chunk.total_count, tx.now, chunk.finished
                )
        except PASSING:
            raise
        except Exception as why:  # kept with the job and shown; after some tries the job has failed
            if job is None:
                raise
            await self._fail(job, why)
        return True

    async def _fail(self, job: Job, why: Exception) -> None:
        log.error("job_chunk_failed", job_id=str(job.job_id), kind=job.kind, exc_info=why)
        reason, final = (str(why), True) if isinstance(why, Refusal) else (sentence_of(why), False)
        async with self.database.begin(self.actor, Cause("jobs")) as tx:
            await tx.execute(_FAIL, job.job_id, reason, tx.now + RETRY_AFTER, final, ATTEMPTS_MAX, tx.now)
