"""The desk's set-up and its alarms, as people read them."""

from datetime import date, datetime, time
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel

from services.tickets.domain.categories import CategoryUnknown
from services.tickets.domain.desk import DeskPolicy
from services.tickets.domain.people import RepresentativeUnknown
from services.tickets.domain.tickets import Level, State
from services.tickets.views.cursors import after
from shared.http.pages import Page, PageRequest
from shared.ids import TicketId
from shared.postgres import Reader

_CATEGORIES = """
SELECT c.category, c.title, c.department, c.required_skill, c.required_level, c.optional_skills, c.weight, c.privacy,
       c.version, t.acknowledge AS acknowledge_minutes, t.resolution AS resolution_minutes
FROM categories c LEFT JOIN LATERAL (
    SELECT max(target_minutes) FILTER (WHERE clock = 'acknowledge') AS acknowledge,
           max(target_minutes) FILTER (WHERE clock = 'resolution') AS resolution FROM (
        SELECT DISTINCT ON (clock) clock, target_minutes FROM targets
        WHERE targets.category = c.category AND effective_on <= $1 ORDER BY clock, effective_on DESC) latest) t ON true
WHERE ($2::text IS NULL OR c.category = $2) ORDER BY c.category
"""
_PEOPLE = """
SELECT r.subject, r.name, r.level, r.availability, r.capacity, r.version,
       coalesce((SELECT jsonb_object_agg(s.skill, s.level) FROM representative_skills s WHERE s.subject = r.subject),
                '{}'::jsonb) AS skills,
       ARRAY(SELECT to_jsonb(s) - 'subject' FROM representative_shifts s WHERE s.subject = r.subject
             ORDER BY s.weekday, s.starts) AS shift
FROM representatives r WHERE ($1::text IS NULL OR r.subject = $1) ORDER BY r.subject
"""
_ALARMS = """
SELECT alarm_id, ticket_id, cycle, kind, subject, raised_at FROM alarms
WHERE $1::timestamptz IS NULL OR (raised_at, alarm_id) < ($1, $2) ORDER BY raised_at DESC, alarm_id DESC LIMIT $3
"""
_ESCALATIONS = """
SELECT e.ticket_id, t.ticket_number, t.category, t.state, t.owner, e.cycle, e.level, e.escalated_to, e.reason_code,
       e.escalated_at
FROM escalations e JOIN tickets t USING (ticket_id)
WHERE ($4::text IS NULL OR e.escalated_to = $4)
  AND ($1::timestamptz IS NULL OR (e.escalated_at, e.ticket_id) < ($1, $2))
ORDER BY e.escalated_at DESC, e.ticket_id DESC LIMIT $3
"""
_POLICY = """
SELECT effective_on, body FROM policies WHERE name = 'desk' AND effective_on <= $1 ORDER BY effective_on DESC LIMIT 1
"""


class CategoryView(BaseModel):
    """A category. Targets are minutes of business time, as of today; none is an alarm for each ticket."""

    category: str
    title: str
    department: str
    required_skill: str
    required_level: int
    optional_skills: list[str]
    weight: int
    privacy: Literal["ordinary", "restricted"]
    acknowledge_minutes: int | None
    resolution_minutes: int | None
    version: int


class ShiftView(BaseModel):
    """An interval at work: Monday is 0, times are the town's."""

    weekday: int
    starts: time
    ends: time


class RepresentativeView(BaseModel):
    """A person at the desk."""

    subject: str
    name: str
    level: Level
    availability: Literal["available", "away"]
    capacity: int
    skills: dict[str, int]
    shift: list[ShiftView]
    version: int


class AlarmView(BaseModel):
    """Something that a person must put right."""

    alarm_id: UUID
    ticket_id: TicketId
    cycle: int
    kind: Literal["nobody_to_escalate_to", "clock_without_target"]
    subject: str
    raised_at: datetime


class EscalationView(BaseModel):
    """A ticket that went up, and how it stands now."""

    ticket_id: TicketId
    ticket_number: str
    category: str
    state: State
    owner: str | None
    cycle: int
    level: Level
    escalated_to: str | None
    reason_code: str
    escalated_at: datetime


class DeskPolicyView(BaseModel):
    """The desk's numbers in force."""

    effective_on: date
    policy: DeskPolicy


async def list_categories(reader: Reader) -> list[CategoryView]:
    """All categories, by name."""
    rows = await reader.fetch(_CATEGORIES, reader.today, None)
    return [CategoryView.model_validate(dict(row)) for row in rows]


async def find_category(reader: Reader, category: str) -> CategoryView:
    """One category. Raises CategoryUnknown."""
    row = await reader.fetchrow(_CATEGORIES, reader.today, category)
    if row is None:
        raise CategoryUnknown(field="category", given=category)
    return CategoryView.model_validate(dict(row))


async def list_representatives(reader: Reader) -> list[RepresentativeView]:
    """Everybody at the desk, by name."""
    return [RepresentativeView.model_validate(dict(row)) for row in await reader.fetch(_PEOPLE, None)]


async def find_representative(reader: Reader, subject: str) -> RepresentativeView:
    """One representative. Raises RepresentativeUnknown."""
    row = await reader.fetchrow(_PEOPLE, subject)
    if row is None:
        raise RepresentativeUnknown(field="subject", representative=subject)
    return RepresentativeView.model_validate(dict(row))


async def list_alarms(reader: Reader, page: PageRequest) -> Page[AlarmView]:
    """The alarms, newest first."""
    rows: list[Any] = await reader.fetch(_ALARMS, *after(page), page.limit)
    alarms = [AlarmView.model_validate(dict(row)) for row in rows]
    return Page[AlarmView].of(alarms, page, key=lambda alarm: [alarm.raised_at, alarm.alarm_id])


async def list_escalations(reader: Reader, page: PageRequest, escalated_to: str | None) -> Page[EscalationView]:
    """What went up, to somebody or at all; newest first."""
    rows: list[Any] = await reader.fetch(_ESCALATIONS, *after(page), page.limit, escalated_to)
    shown = [EscalationView.model_validate(dict(row)) for row in rows]
    return Page[EscalationView].of(shown, page, key=lambda one: [one.escalated_at, one.ticket_id])


async def find_desk_policy(reader: Reader) -> DeskPolicyView:
    """The desk's numbers as they are in force today."""
    row = await reader.fetchrow(_POLICY, reader.today)
    return DeskPolicyView(effective_on=row["effective_on"], policy=DeskPolicy.model_validate(row["body"]))
