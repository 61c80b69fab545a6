"""A desk that keeps notes: as small as a service can be, to try the HTTP door on."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any, NewType
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from shared.auth import Role, permission
from shared.deadlines import Strikes
from shared.errors import Conflict, NotFound, Stale
from shared.events import billing
from shared.http import Door, IfMatch, Page, PageQuery, ReadTx, WriteTx
from shared.ids import new_id
from shared.inbox import Hearing
from shared.postgres import Tx
from shared.tower import Tower

NoteId = NewType("NoteId", UUID)

door = Door()
READ = permission("notes.read", Role.CSR, Role.CASHIER, Role.SUPERVISOR)
WRITE = permission("notes.write", Role.CASHIER, Role.SUPERVISOR)
READ_SECRET = permission("secrets.read", Role.SUPERVISOR)


class NoteUnknown(NotFound):
    """A note is known by its id."""


class NoteIsFull(Conflict):
    """A note weighs at most a hundred thousand."""

    remedy = "Begin another note."


class NoteChangedMeanwhile(Stale):
    """A note is changed from its present version only."""


class NewNote(BaseModel):
    """What a new note says."""

    model_config = ConfigDict(extra="forbid")

    title: str = Field(min_length=1, max_length=200)
    weight: int = Field(default=0, le=10**17)
    due_on: date | None = None
    lines: list[str] = Field(default_factory=list, max_length=10)


class Note(BaseModel):
    """A note."""

    note_id: NoteId
    title: str
    weight: int
    due_on: date | None
    version: int
    written_at: datetime


def _note(row: Any) -> Note:
    return Note(**dict(row))


@door.post("/notes", needs=WRITE, status_code=201, idempotent=True)
async def post_note(tx: WriteTx, body: NewNote) -> Note:
    """Write a note."""
    if body.weight > 100_000:
        raise NoteIsFull(field="weight", weight=body.weight)
    row = await tx.fetchrow(
        "INSERT INTO notes VALUES ($1, $2, $3, $4, 1, $5) RETURNING *",
        new_id(), body.title, body.weight, body.due_on, tx.now,
    )  # fmt: skip
    return _note(row)


@door.get("/notes", needs=READ)
async def list_notes(
    tx: ReadTx, page: PageQuery, due_on: date | None = None, title: Annotated[list[str] | None, Query()] = None
) -> Page[Note]:
    """List notes, the oldest first."""
    at, note_id = page.after or (datetime(1, 1, 1, tzinfo=UTC), UUID(int=0))
    rows = await tx.fetch(
        "SELECT * FROM notes WHERE (written_at, note_id) > ($1, $2) AND ($3::date IS NULL OR due_on = $3)"
        " AND ($4::text[] IS NULL OR title = ANY($4)) ORDER BY written_at, note_id LIMIT $5",
        at, note_id, due_on, title, page.limit,
    )  # fmt: skip
    return Page[Note].of([_note(row) for row in rows], page, key=lambda note: [note.written_at, note.note_id])


@door.get("/notes/latest", needs=READ)
async def get_latest_note(tx: ReadTx) -> Note:
    """Read the newest note."""
    row = await tx.fetchrow("SELECT * FROM notes ORDER BY written_at DESC, note_id DESC LIMIT 1")
    if row is None:
        raise NoteUnknown
    return _note(row)


@door.get("/notes/{note_id}", needs=READ)
async def get_note(tx: ReadTx, note_id: NoteId) -> Note:
    """Read a note."""
    row = await tx.fetchrow("SELECT * FROM notes WHERE note_id = $1", note_id)
    if row is None:
        raise NoteUnknown(field="note_id", note_id=note_id)
    return _note(row)


@door.get("/secrets/{note_id}", needs=READ_SECRET, recorded=True)
async def get_secret(tx: ReadTx, note_id: NoteId) -> Note:
    """Read a restricted note; who did is put on the record."""
    return await get_note(tx, note_id)


@door.put("/notes/{note_id}/weight", needs=WRITE)
async def put_weight(tx: WriteTx, note_id: NoteId, expected: IfMatch, body: NewNote) -> Note:
    """Weigh a note anew."""
    row = await tx.fetchrow(
        "UPDATE notes SET weight = $2, version = version + 1 WHERE note_id = $1 AND ($3::int IS NULL OR version = $3)"
        " RETURNING *", note_id, body.weight, expected,
    )  # fmt: skip
    if row is not None:
        return _note(row)
    if await tx.fetchval("SELECT 1 FROM notes WHERE note_id = $1", note_id):
        raise NoteChangedMeanwhile(field="If-Match", expected=expected)
    raise NoteUnknown(field="note_id", note_id=note_id)


@door.delete("/notes/{note_id}", needs=WRITE)
async def delete_note(tx: WriteTx, note_id: NoteId) -> None:
    """Take a note away."""
    await tx.execute("DELETE FROM notes WHERE note_id = $1", note_id)


class NewPin(BaseModel):
    """Which note is pinned up."""

    model_config = ConfigDict(extra="forbid")

    note_id: NoteId


@door.post("/pins", needs=WRITE, status_code=201)
async def post_pin(tx: WriteTx, body: NewPin) -> NewPin:
    """Pin a note up; whether there is such a note is looked up at the commit."""
    await tx.execute("INSERT INTO pins VALUES ($1, $2)", new_id(), body.note_id)
    return body


@door.post("/notes/{note_id}/exchange/{other_id}", needs=WRITE)
async def post_exchange(tx: WriteTx, note_id: NoteId, other_id: NoteId) -> int:
    """Add one to the weight of one note and then of another, in this order and slowly: two of these collide."""
    for changed_id in (note_id, other_id):
        await tx.execute("UPDATE notes SET weight = weight + 1 WHERE note_id = $1", changed_id)
        await tx.fetchval("SELECT pg_sleep(0.05)")
    return 1


@door.post("/pauses", needs=WRITE, body_bytes_max=64)
async def post_pause(tx: WriteTx, seconds: Annotated[float, Query(ge=0, le=60)]) -> int:
    """Take so long, in the database."""
    await tx.fetchval("SELECT pg_sleep($1)", seconds)
    return 1


@door.get("/faults", needs=READ)
async def get_fault(tx: ReadTx) -> int:
    """Break, by a fault of ours."""
    await asyncio.sleep(0)
    raise ZeroDivisionError("Mrs. Alvarez of 12 Elm Street divided by zero")


hearing = Hearing()


@hearing.on(billing.BillIssued)
async def on_bills_issued(tx: Tx, facts: Sequence[billing.BillIssued]) -> None:
    """Note nothing: the desk only listens."""


tower = Tower(
    name="desk", door=door, hearing=hearing, strikes=Strikes(), migrations=Path(__file__).parent / "migrations"
)
