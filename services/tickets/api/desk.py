"""What people ask of the desk itself: its people, categories and numbers, its workload and alarms."""

from datetime import time
from typing import Annotated, Literal

from fastapi import Path, Query
from pydantic import BaseModel, ConfigDict, Field

from services.tickets import commands, views
from services.tickets.commands import Category, DeskPolicy, Representative
from services.tickets.views import (
    AlarmView,
    CategoryView,
    DeskPolicyView,
    EscalationView,
    RepresentativeView,
    WorkloadView,
)
from shared.auth import Role, permission
from shared.events.fields import VISIBLE, Code, Day, Line
from shared.http import Door, IfMatch, Page, PageQuery, ReadTx, WriteTx

door = Door()

_DESK = (Role.CSR, Role.SENIOR, Role.SUPERVISOR, Role.CASHIER, Role.BILLING, Role.LICENSING, Role.FIELD)

READ_DESK = permission("desk.read", *_DESK, Role.SERVICE)
READ_ALARMS = permission("desk.read-alarms", Role.SENIOR, Role.SUPERVISOR, Role.SERVICE)
SET_DESK = permission("desk.set", Role.SUPERVISOR)

Subject = Annotated[str, Path(min_length=1, max_length=80, pattern=VISIBLE)]
CategoryName = Annotated[str, Path(min_length=1, max_length=80, pattern=r"^[a-z_]+\.[a-z_]+$")]
Skill = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
SkillLevel = Annotated[int, Field(ge=1, le=5)]
Minutes = Annotated[int, Field(ge=1, le=100_000)]


class Body(BaseModel):
    """A request's body: nothing that we do not know."""

    model_config = ConfigDict(extra="forbid")


class ShiftInterval(Body):
    """An interval at work: Monday is 0, times are the town's."""

    weekday: int = Field(ge=0, le=6)
    starts: time
    ends: time


class RepresentativeSettings(Body):
    """A person at the desk, as she is from now on. `capacity` is the weight of open tickets she can hold."""

    name: Line
    level: Literal["representative", "senior", "supervisor", "department_head"] = "representative"
    availability: Literal["available", "away"] = "available"
    capacity: int = Field(ge=0, le=10_000)
    skills: dict[Skill, SkillLevel] = Field(default_factory=dict, max_length=50)
    shift: list[ShiftInterval] = Field(default_factory=list, max_length=70)


class CategorySettings(Body):
    """A category, as it is from now on. Targets are minutes of business time; left out: an alarm for each ticket."""

    title: Line
    department: Code
    required_skill: Skill
    required_level: SkillLevel = 1
    optional_skills: list[Skill] = Field(default_factory=list, max_length=20)
    weight: int = Field(ge=1, le=100)
    privacy: Literal["ordinary", "restricted"] = "ordinary"
    acknowledge_minutes: Minutes | None = None
    resolution_minutes: Minutes | None = None


@door.get("/representatives", needs=READ_DESK)
async def list_representatives(tx: ReadTx) -> list[RepresentativeView]:
    """Everybody at the desk."""
    return await views.list_representatives(tx)


@door.get("/representatives/{subject}", needs=READ_DESK)
async def get_representative(tx: ReadTx, subject: Subject) -> RepresentativeView:
    """One representative."""
    return await views.find_representative(tx, subject)


@door.put("/representatives/{subject}", needs=SET_DESK)
async def put_representative(
    tx: WriteTx, subject: Subject, expected: IfMatch, body: RepresentativeSettings
) -> RepresentativeView:
    """Set what she can do, how much she can hold, and when she is there; waiting tickets are routed again."""
    shift: dict[int, tuple[tuple[time, time], ...]] = {}
    for interval in body.shift:
        shift[interval.weekday] = (*shift.get(interval.weekday, ()), (interval.starts, interval.ends))
    person = Representative(
        subject, body.name, body.level, body.availability, body.capacity, skills=dict(body.skills), shift=shift
    )
    await commands.set_representatives(tx, [person], expected)
    return await views.find_representative(tx, subject)


@door.get("/categories", needs=READ_DESK)
async def list_categories(tx: ReadTx) -> list[CategoryView]:
    """The desk's categories."""
    return await views.list_categories(tx)


@door.put("/categories/{category}", needs=SET_DESK)
async def put_category(tx: WriteTx, category: CategoryName, expected: IfMatch, body: CategorySettings) -> CategoryView:
    """Set a category; its targets hold from today, for tickets that are opened from now on."""
    targets: dict[Literal["acknowledge", "resolution"], int] = {}
    if body.acknowledge_minutes is not None:
        targets["acknowledge"] = body.acknowledge_minutes
    if body.resolution_minutes is not None:
        targets["resolution"] = body.resolution_minutes
    settings = body.model_dump(exclude={"acknowledge_minutes", "resolution_minutes", "optional_skills"})
    optional = frozenset(body.optional_skills)
    await commands.set_categories(
        tx, [Category(category=category, optional_skills=optional, targets_minutes=targets, **settings)], expected
    )
    return await views.find_category(tx, category)


@door.get("/desk-policy", needs=READ_DESK)
async def get_desk_policy(tx: ReadTx) -> DeskPolicyView:
    """The desk's numbers in force today."""
    return await views.find_desk_policy(tx)


@door.put("/desk-policy/{effective_on}", needs=SET_DESK)
async def put_desk_policy(tx: WriteTx, effective_on: Annotated[Day, Path()], body: DeskPolicy) -> DeskPolicyView:
    """Set the desk's numbers from a day on; tickets that are open keep the clocks that they have."""
    await commands.set_desk_policy(tx, effective_on, body)
    return DeskPolicyView(effective_on=effective_on, policy=body)


@door.get("/workload", needs=READ_DESK)
async def get_workload(tx: ReadTx) -> WorkloadView:
    """Who holds how much now, and what waits."""
    return await views.find_workload(tx)


@door.get("/alarms", needs=READ_ALARMS)
async def list_alarms(tx: ReadTx, page: PageQuery) -> Page[AlarmView]:
    """What a person must put right; newest first."""
    return await views.list_alarms(tx, page)


@door.get("/escalations", needs=READ_ALARMS)
async def list_escalations(
    tx: ReadTx, page: PageQuery, escalated_to: Annotated[str | None, Query(min_length=1, max_length=80)] = None
) -> Page[EscalationView]:
    """What went up to the seniors and the supervisor; newest first."""
    return await views.list_escalations(tx, page, escalated_to)
