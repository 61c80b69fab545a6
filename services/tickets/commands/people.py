"""Setting the desk up: its representatives, its categories, its numbers; all of it data that the supervisor sets."""

from collections.abc import Sequence
from datetime import date

from services.tickets import store
from services.tickets.commands.board import wake_queue
from services.tickets.domain.categories import Category
from services.tickets.domain.desk import DeskPolicy, calendar_of
from services.tickets.domain.people import Representative, check_shift
from shared.errors import Stale
from shared.postgres import Tx


class SetUpChangedMeanwhile(Stale):
    """Somebody changed this setting since it was read."""


async def set_representatives(tx: Tx, people: Sequence[Representative], expected_version: int | None = None) -> None:
    """Set representatives as they are from now on; waiting tickets are routed again.

    Raises ShiftEndsBeforeItBegins, SetUpChangedMeanwhile.
    """
    versions = await store.lock_representatives(tx, [person.subject for person in people])
    for person in people:
        check_shift(person.shift)
        _check_version(expected_version, versions.get(person.subject, 0))
    await store.save_representatives(tx, people)
    await wake_queue(tx)


async def set_categories(tx: Tx, categories: Sequence[Category], expected_version: int | None = None) -> None:
    """Set categories as they are from now on; their targets from today. Tickets that are open keep their clocks.

    Raises SetUpChangedMeanwhile.
    """
    versions = await store.lock_categories(tx, [category.category for category in categories])
    for category in categories:
        _check_version(expected_version, versions.get(category.category, 0))
    await store.save_categories(tx, categories, tx.today)


async def set_desk_policy(tx: Tx, effective_on: date, policy: DeskPolicy) -> None:
    """Set the desk's numbers from a day on. Tickets that are open keep the clocks that they have.

    Raises OpeningHoursOverlap, CalendarNeverOpens.
    """
    calendar_of(policy, tx.zone)
    await store.save_policies(tx, {effective_on: policy})


def _check_version(expected: int | None, version: int) -> None:
    if expected is not None and expected != version:
        raise SetUpChangedMeanwhile(expected_version=expected, version=version)
