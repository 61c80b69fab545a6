"""What every service answers besides its own door: its jobs, what was set aside, its audit log, and its clock."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Path, Query
from pydantic import BaseModel, ConfigDict, Field

from shared import audit, jobs
from shared.audit import AuditEntry
from shared.auth import Role, permission
from shared.clock import DevelopmentClock, TownClock
from shared.errors import Conflict, Forbidden
from shared.http.asks import ReadTx, WriteTx
from shared.http.door import Door
from shared.http.pages import Page, PageQuery
from shared.http.running import Declared, Running
from shared.ids import JobId
from shared.inbox.replay import SetAside, WaitingFact, discard, list_set_aside, list_set_aside_events, replay
from shared.jobs import JobProgress

READ_JOBS = permission("jobs.read", Role.SENIOR, Role.SUPERVISOR, Role.BILLING, Role.LICENSING)
READ_SET_ASIDE = permission("set-aside.read", Role.SUPERVISOR)
REPLAY_SET_ASIDE = permission("set-aside.replay")
DISCARD_SET_ASIDE = permission("set-aside.discard")
READ_AUDIT = permission("audit.read", Role.SUPERVISOR)
TURN_CLOCK = permission("clock.turn")

OFFSET_SECONDS_MAX = 50 * 366 * 86_400
Words = Annotated[str | None, Query(min_length=1, max_length=200)]
Consumer = Annotated[str, Path(min_length=1, max_length=100)]
Key = Annotated[str, Path(min_length=1, max_length=500)]


class ClockTurnsOnlyInDevelopment(Forbidden):
    """The town's clock is turned in development only."""

    remedy = "Run a town of your own with CURBSTOP_ENVIRONMENT=development."


class ClockNeverGoesBack(Conflict):
    """The town's clock is only ever turned forward."""

    remedy = "Name a larger offset, or begin a new town with `make clean`."


class Replayed(BaseModel):
    """How many of a key's events went well this time."""

    replayed_count: int


class NewDiscard(BaseModel):
    """Which event is given up, and why: both stay on the record."""

    model_config = ConfigDict(extra="forbid")

    event_id: UUID
    why: str = Field(min_length=5, max_length=1_000)


class ClockSetting(BaseModel):
    """How far the town's clock is ahead of the machine's."""

    model_config = ConfigDict(extra="forbid")

    offset_seconds: int = Field(ge=0, le=OFFSET_SECONDS_MAX)


def plinth_door(tower: Declared, running: Running | None) -> Door:
    """What the plinth answers for this service. Without a running service it is only declared."""
    door = Door()
    _jobs(door)
    _set_aside(door, tower)
    _audit(door)
    _clock(door, running)
    return door


def _jobs(door: Door) -> None:
    @door.get("/jobs", needs=READ_JOBS)
    async def list_jobs(tx: ReadTx, page: PageQuery) -> Page[JobProgress]:
        """List long work: bill runs, imported files, mailings; the newest first."""
        after = (page.after[0], page.after[1]) if page.after else None
        items = await jobs.list_jobs(tx, after, page.limit)
        return Page[JobProgress].of(items, page, key=lambda job: [job.requested_at, job.job_id])

    @door.get("/jobs/{job_id}", needs=READ_JOBS)
    async def get_job(tx: ReadTx, job_id: JobId) -> JobProgress:
        """See how far a job is."""
        return await jobs.find_job(tx, job_id)


def _set_aside(door: Door, tower: Declared) -> None:
    @door.get("/set-aside", needs=READ_SET_ASIDE)
    async def list_keys_set_aside(tx: ReadTx, page: PageQuery) -> Page[SetAside]:
        """List what could not be taken, by key, the oldest first."""
        after = (page.after[0], page.after[1], page.after[2]) if page.after else None
        items = await list_set_aside(tx, after, page.limit)
        return Page[SetAside].of(items, page, key=lambda aside: [aside.set_aside_at, aside.consumer, aside.key])

    @door.get("/set-aside/{consumer}/{key}", needs=READ_SET_ASIDE, recorded=True)
    async def list_events_set_aside(tx: ReadTx, consumer: Consumer, key: Key, page: PageQuery) -> Page[WaitingFact]:
        """Read what waits for one key, as it came; that it was read is on the record."""
        items = await list_set_aside_events(tx, consumer, key, page.after[0] if page.after else 0, page.limit)
        return Page[WaitingFact].of(items, page, key=lambda event: [event.n])

    @door.post("/set-aside/{consumer}/{key}/replay", needs=REPLAY_SET_ASIDE)
    async def post_replay(tx: WriteTx, consumer: Consumer, key: Key) -> Replayed:
        """Hear again, in order, what was set aside for a key, until one fails again."""
        return Replayed(replayed_count=await replay(tx, tower.hearing, consumer, key))

    @door.post("/set-aside/{consumer}/{key}/discard", needs=DISCARD_SET_ASIDE)
    async def post_discard(tx: WriteTx, consumer: Consumer, key: Key, body: NewDiscard) -> None:
        """Give one event up, with a reason, for ever on the record."""
        await discard(tx, consumer, key, body.event_id, body.why)
        await tx.audit(key, "discard", before={"event_id": str(body.event_id), "consumer": consumer}, why=body.why)


def _audit(door: Door) -> None:
    @door.get("/audit", needs=READ_AUDIT, recorded=True)
    async def list_audit(
        tx: ReadTx, page: PageQuery, *, about: Words = None, subject: Words = None, action: Words = None,
        correlation_id: Words = None,
    ) -> Page[AuditEntry]:  # fmt: skip
        """Read who did what, the newest first; that it was read is on the record."""
        items = await audit.list_entries(
            tx, about=about, subject=subject, action=action, correlation_id=correlation_id,
            after=page.after[0] if page.after else None, limit=page.limit,
        )  # fmt: skip
        return Page[AuditEntry].of(items, page, key=lambda entry: [entry.audit_id])


def _clock(door: Door, running: Running | None) -> None:
    @door.get("/clock", needs=TURN_CLOCK)
    async def get_clock(tx: ReadTx) -> ClockSetting:
        """See how far the town's clock was turned."""
        return ClockSetting(offset_seconds=await tx.fetchval("SELECT offset_seconds FROM town_clock"))

    @door.put("/clock", needs=TURN_CLOCK)
    async def put_clock(tx: WriteTx, body: ClockSetting) -> ClockSetting:
        """Turn the town's clock forward, in development."""
        clock = running.clock if running is not None else None
        if running is None or running.settings.environment == "production" or not isinstance(clock, TownClock):
            raise ClockTurnsOnlyInDevelopment
        ahead = timedelta(seconds=body.offset_seconds)
        if ahead < clock.offset:
            raise ClockNeverGoesBack(field="offset_seconds", now_seconds=int(clock.offset.total_seconds()))
        await tx.execute("UPDATE town_clock SET offset_seconds = $1", body.offset_seconds)
        if isinstance(clock, DevelopmentClock):
            clock.follow(body.offset_seconds)
        else:
            clock.turn(seconds=(ahead - clock.offset).total_seconds())
        return body
