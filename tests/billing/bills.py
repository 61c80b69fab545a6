"""What a bill run finds, and bills made of it, for the tests."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any, NamedTuple
from uuid import UUID

from services.billing.domain.bills import Bill, Billable, Version, make
from services.billing.domain.dials import Mark
from shared.ids import AccountId, AccountNumber, AgreementId, BillId, ReadingId, TariffId
from tests.billing.policies import MUNICIPAL
from tests.billing.tariffs import nyc

ACCOUNT = AccountId(UUID(int=1))


class Open(NamedTuple):
    """What is open of what falls due on one day."""

    due_on: date
    open_cents: int


def mark(value: int, on: date) -> Mark:
    """A reading at noon."""
    return Mark(ReadingId(UUID(int=value + 1000)), value, datetime.combine(on, time(17), UTC), on)


VERSION = Version(TariffId(UUID(int=7)), date(2025, 7, 1), nyc())
FOUND = Billable(
    AgreementId(UUID(int=2)), ACCOUNT, AccountNumber("1000000016"),
    rate_code="nyc", origin="conversion", unit="hcf", multiplier=1,
    stopped_on=None, billed_through_on=date(2026, 1, 31), since_on=date(2026, 1, 31), through_on=date(2026, 3, 31),
    begin=mark(100, date(2026, 1, 31)), end=mark(110, date(2026, 3, 2)), end_quality="actual",
    used_units=10, waiting_count=0,
)  # fmt: skip


def found(**changes: Any) -> Billable:
    """An agreement as a run finds it, some of it changed."""
    return replace(FOUND, **changes)


def bill(number: int, **changes: Any) -> Bill:
    """A bill with this id."""
    return make(found(**changes), [VERSION], MUNICIPAL, BillId(UUID(int=number)))
