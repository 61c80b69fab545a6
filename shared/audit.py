"""Who did what, in the transaction that did it. Entries are only ever added; the database refuses anything else."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from shared.postgres import Reader

_INSERT = """
INSERT INTO audit_log (at, subject, action, about, correlation_id) VALUES ($1, $2, $3, $4, $5)
"""
_LIST = """
SELECT audit_id, at, recorded_at, subject, action, about, before, after, why, correlation_id
FROM audit_log
WHERE ($1::text IS NULL OR about = $1) AND ($2::text IS NULL OR subject = $2) AND ($3::text IS NULL OR action = $3)
  AND ($4::text IS NULL OR correlation_id = $4) AND ($5::uuid IS NULL OR audit_id < $5)
ORDER BY audit_id DESC LIMIT $6
"""
ABOUT_LENGTH_MAX = 200


class AuditEntry(BaseModel):
    """One thing that somebody did."""

    audit_id: UUID
    at: datetime = Field(description="The town's time.")
    recorded_at: datetime = Field(description="The machine's time; it differs only where the town's clock is turned.")
    subject: str = Field(description="Who, by the identity provider's name for her, or `service:billing`.")
    action: str = Field(description="The operation asked for, or what a command did.")
    about: str = Field(description="The id of what it was done to.")
    before: Any = None
    after: Any = None
    why: str | None = None
    correlation_id: str = Field(description="Everything with the same one was led to by the same request.")


async def record(reader: Reader, action: str, about: str) -> None:
    """Put on the record that the actor did this, or read this where a record is restricted."""
    await reader.connection.execute(
        _INSERT, reader.now, reader.actor.subject, action, about[:ABOUT_LENGTH_MAX], reader.cause.correlation_id
    )


async def list_entries(
    reader: Reader, *, about: str | None, subject: str | None, action: str | None, correlation_id: str | None,
    after: UUID | None, limit: int,
) -> list[AuditEntry]:  # fmt: skip
    """The newest first, narrowed to what is named, behind `after`."""
    rows = await reader.fetch(_LIST, about, subject, action, correlation_id, after, limit)
    return [AuditEntry(**dict(row)) for row in rows]
