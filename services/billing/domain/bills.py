"""A bill: two readings or two days, a tariff and a due date; or the reason why it cannot be made.

Source: rulebook 3. A bill is immutable and is made once for an agreement and the end of a period.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain

from services.billing.domain.circumstances import Circumstances, Demand, PastUse, Period
from services.billing.domain.dials import Mark
from services.billing.domain.exact import Exact
from services.billing.domain.policies import Policy
from services.billing.domain.rating import Line, rate
from services.billing.domain.tariffs import Tariff
from services.billing.domain.unbillable import (
    AccountNotKnown,
    NoReadingToBill,
    NoTariffInForce,
    NothingToMeasureFrom,
    ReadingAwaitsReview,
    UnitNotPriced,
    UseRunsBackwards,
)
from services.billing.domain.units import convert
from shared.calendar import BusinessCalendar
from shared.errors import Conflict, NotFound
from shared.events.billing import BillHeld, BillIssued
from shared.ids import AccountId, AccountNumber, AgreementId, BillId, ReadingId, TariffId

FIRST_BILL = "first_bill"


class BillUnknown(NotFound):
    """A bill is known by its id."""


class BillRunUnknown(NotFound):
    """A bill run is known by the id of its job."""


class BillNotHeld(Conflict):
    """Only a bill that is held for review is released, and once."""

    remedy = "Read the bill again; it was released already, or never held."


@dataclass(frozen=True, slots=True)
class Version:
    """A tariff as it was loaded: its id, and its first day."""

    tariff_id: TariffId
    since_on: date
    tariff: Tariff


class Alike:
    """Bills that are alike are priced once: most of a cycle have the days and the use of some neighbor.

    It lives as long as a chunk. Who is billed, and which dials were read, is no part of a price.
    """

    def __init__(self) -> None:
        self._made: dict[tuple[TariffId, Circumstances], tuple[Line, ...]] = {}

    def lines(self, version: Version, bill: Circumstances) -> tuple[Line, ...]:
        """The lines of a bill by this version; one and the same tuple for all that are alike."""
        made = self._made.get((version.tariff_id, bill))
        if made is None:
            made = self._made[version.tariff_id, bill] = rate(version.tariff, version.since_on, bill)
        return made


@dataclass(frozen=True, slots=True)
class Billable:
    """An agreement as a bill run finds it. `begin` and `end` are the readings between which its use lies.

    It was billed through `billed_through_on`, or never. `waiting_count` readings of the period wait for a person.
    `version` counts the bills of this period, those cancelled too. What rates go by besides use stands last.
    """

    agreement_id: AgreementId
    account_id: AccountId
    account_number: AccountNumber | None
    rate_code: str
    origin: str
    unit: str | None
    multiplier: int
    since_on: date
    through_on: date
    stopped_on: date | None
    billed_through_on: date | None
    begin: Mark | None
    end: Mark | None
    end_quality: str | None
    used_units: int
    waiting_count: int
    version: int = 1
    meter_size: str | None = None
    dwelling_units: int = 1
    classes: frozenset[str] = frozenset()
    demand: Demand | None = None
    past_uses: tuple[PastUse, ...] = ()

    @property
    def asked(self) -> Period:
        """The days that are billed: through the last reading, or the run's last day."""
        return Period(self.since_on, self.end.read_on if self.end else self.through_on)


@dataclass(frozen=True, slots=True)
class Head:
    """What a bill asks, of whom, and for which period. A service may come to less than nothing."""

    bill_id: BillId
    agreement_id: AgreementId
    account_id: AccountId
    account_number: AccountNumber
    period_start_on: date
    period_end_on: date
    total_cents: int
    cents_by_service: dict[str, int]
    state: str
    bill_version: int = 1

    def issued(self, issued_on: date, due_on: date, version: int) -> BillIssued:
        """What is told when it is issued; `version` counts the account's postings."""
        return BillIssued(
            account_id=self.account_id, account_number=self.account_number, bill_id=self.bill_id,
            agreement_id=self.agreement_id, period_start_on=self.period_start_on, period_end_on=self.period_end_on,
            issued_on=issued_on, due_on=due_on, total_cents=self.total_cents, bill_version=self.bill_version,
            version=version,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bill:
    """What is owed for a period, line by line. `held_for` is a reason, or None for a bill that is issued at once."""

    bill_id: BillId
    agreement_id: AgreementId
    account_id: AccountId
    account_number: AccountNumber
    tariff_id: TariffId
    period_start_on: date
    period_end_on: date
    begin_reading_id: ReadingId | None
    end_reading_id: ReadingId | None
    quality: str | None
    quantity: Exact
    unit: str
    lines: tuple[Line, ...]
    total_cents: int
    held_for: str | None
    version: int = 1

    @property
    def head(self) -> Head:
        """What it asks, without its working."""
        totals: dict[str, int] = {}
        for line in self.lines:
            totals[line.service] = totals.get(line.service, 0) + line.amount_cents
        return Head(
            self.bill_id, self.agreement_id, self.account_id, self.account_number, self.period_start_on,
            self.period_end_on, self.total_cents, totals, "held" if self.held_for else "issued", self.version,
        )  # fmt: skip

    @property
    def held(self) -> BillHeld:
        """What is told when it is held."""
        return BillHeld(
            account_id=self.account_id, bill_id=self.bill_id, agreement_id=self.agreement_id,
            total_cents=self.total_cents, reason_code=self.held_for or FIRST_BILL,
        )  # fmt: skip


def is_billed(found: Billable, from_on: date) -> bool:
    """Whether this period was billed already, so that a second run of it has nothing to do here."""
    if found.billed_through_on is None:
        return False
    if found.stopped_on is not None and found.billed_through_on >= found.stopped_on:
        return True
    if found.unit is None:
        return found.billed_through_on >= found.through_on
    return found.end is None and not found.waiting_count and found.billed_through_on >= from_on


def make(
    found: Billable, versions: Sequence[Version], policy: Policy, bill_id: BillId, alike: Alike | None = None
) -> Bill:  # fmt: skip
    """The bill of an agreement for the period that ends with its last accepted reading, or with the run's last day.

    The first bill of a service that a crew turned on is held for review (rulebook 1, "checks on new accounts").
    Raises CannotBill: what cannot be billed is an exception with its reason, never silence.
    """
    if found.account_number is None:
        raise AccountNotKnown(field="account_id", account_id=found.account_id)
    ends_on = _end(found)
    spans = spans_of(versions, Period(found.since_on, ends_on), found.rate_code)
    alike = alike or Alike()
    parts = [alike.lines(version, _circumstances(found, version.tariff, ends_on, part)) for version, part in spans]
    lines = parts[0] if len(parts) == 1 else tuple(chain.from_iterable(parts))
    last = spans[-1][0]
    first = found.billed_through_on is None and found.origin in policy.first_bill_held_for
    return Bill(
        bill_id, found.agreement_id, found.account_id, found.account_number, last.tariff_id, found.since_on, ends_on,
        found.begin.reading_id if found.begin else None, found.end.reading_id if found.end else None,
        found.end_quality, _quantity(found, last.tariff), last.tariff.unit, lines,
        sum(line.amount_cents for line in lines), FIRST_BILL if first else None, found.version,
    )  # fmt: skip


def spans_of(versions: Sequence[Version], period: Period, rate_code: str) -> list[tuple[Version, Period | None]]:
    """The tariffs of a period, each with the days that it prices (None: all); one that takes over has its first day.

    Raises NoTariffInForce naming the first day without one.
    """
    started = sorted((one for one in versions if one.since_on <= period.end_on), key=lambda one: one.since_on)
    first_day = min(period.start_on + timedelta(days=1), period.end_on)
    if not started or started[0].since_on > first_day:
        raise NoTariffInForce(field="rate_code", rate_code=rate_code, on=first_day)
    begun = [one for one in started if one.since_on <= first_day][-1:]
    later = [one for one in started if one.since_on > first_day]
    if not later:
        return [(begun[0], None)]
    edges = [period.start_on, *(one.since_on - timedelta(days=1) for one in later), period.end_on]
    return [
        (version, Period(start_on, end_on))
        for version, start_on, end_on in zip([*begun, *later], edges[:-1], edges[1:], strict=True)
    ]


def due_on(issued_on: date, policy: Policy, calendar: BusinessCalendar) -> date:
    """The last day to pay: a due date on a closed day rolls to the next business day (rulebook 5)."""
    return calendar.next_business_day(issued_on + timedelta(days=policy.due_after_days))


def _end(found: Billable) -> date:
    if found.unit is None:
        return found.through_on
    if found.end is None and found.waiting_count:
        raise ReadingAwaitsReview(field="reading_id", waiting=found.waiting_count)
    if found.end is None:
        raise NoReadingToBill(field="reading_id", through_on=found.through_on)
    if found.begin is None:
        raise NothingToMeasureFrom(field="start_reading", agreement_id=found.agreement_id)
    return found.end.read_on


def _quantity(found: Billable, tariff: Tariff) -> Exact:
    if found.used_units < 0:
        raise UseRunsBackwards(field="quantity", used=found.used_units)
    if found.unit is None and tariff.is_metered:
        raise UnitNotPriced(field="rate_code", rate_code=found.rate_code, metered_in="nothing", priced_in=tariff.unit)
    return _in_unit_of(tariff, Exact(found.used_units * found.multiplier), found.unit or tariff.unit, found)


def _in_unit_of(tariff: Tariff, used: Exact, unit: str, found: Billable) -> Exact:
    quantity = convert(used, unit, tariff.unit, tariff.gallons_per_ccf)
    if quantity is None:
        raise UnitNotPriced(field="rate_code", rate_code=found.rate_code, metered_in=unit, priced_in=tariff.unit)
    return quantity


def _circumstances(found: Billable, tariff: Tariff, ends_on: date, part: Period | None) -> Circumstances:
    """What one tariff is told of the bill."""
    past = found.past_uses if tariff.needs_winter else ()
    return Circumstances(
        _quantity(found, tariff), Period(found.since_on, ends_on), part, found.through_on, found.meter_size,
        found.dwelling_units, found.classes, found.demand,
        tuple(PastUse(use.ended_on, _in_unit_of(tariff, use.quantity, use.unit, found), tariff.unit) for use in past),
        is_partial=found.billed_through_on is None or ends_on == found.stopped_on,
    )  # fmt: skip
