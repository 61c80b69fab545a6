"""Service agreements: an account takes a commodity at a point under a rate, from one day and reading to another."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from services.accounts.domain.circumstances import ORDINARY, Circumstances
from services.accounts.domain.meters import Meter, check_reading
from shared.errors import Conflict
from shared.events.accounts import Commodity, RateCircumstancesChanged, ServiceStarted, ServiceStopped
from shared.ids import AccountId, AgreementId, ServicePointId

Origin = Literal["turn_on", "conversion"]


class AgreementAlreadyStarted(Conflict):
    """A service starts once."""

    remedy = "Read the account again: this service runs already, or has ended."


class AgreementNotRunning(Conflict):
    """Only a service that runs can be stopped."""

    remedy = "Read the account again: this service has not started, or has ended."


class PointServedAlready(Conflict):
    """A service point is served to one account at a time."""

    remedy = "Stop the service of the account that has it, at this day or earlier, and start this one then."


class ServiceNotTakenThen(Conflict):
    """What the rates of a service go by is changed from one of its days on."""

    remedy = "Give a day from the start of the service on, and before its end; the account shows both."


@dataclass(frozen=True, slots=True)
class Agreement:
    """An account's right to a commodity at a point; without a start it is agreed and not yet turned on.

    `circumstances` are those that were agreed first; what they are from a later day on stands in their changes.
    """

    agreement_id: AgreementId
    account_id: AccountId
    service_point_id: ServicePointId
    commodity: Commodity
    rate_code: str
    billing_cycle: str
    started_on: date | None = None
    start_reading: int | None = None
    origin: Origin | None = None
    stopped_on: date | None = None
    stop_reading: int | None = None
    version: int = 1
    circumstances: Circumstances = ORDINARY
    discount_evidence: str | None = None

    @property
    def runs(self) -> bool:
        """True from its start to its stop."""
        return self.started_on is not None and self.stopped_on is None

    @property
    def waits(self) -> bool:
        """True until it starts."""
        return self.started_on is None and self.stopped_on is None


@dataclass(frozen=True, slots=True)
class Start:
    """An agreement that started, and what is told of it."""

    agreement: Agreement
    fact: ServiceStarted


@dataclass(frozen=True, slots=True)
class Stop:
    """An agreement that ended, and what is told of it."""

    agreement: Agreement
    fact: ServiceStopped


def start(
    agreement: Agreement, on: date, reading: int | None, meter: Meter | None, *, origin: Origin, field: str = "reading"
) -> Start:
    """The service runs from this day and this reading.

    Raises AgreementAlreadyStarted, ReadingMissing, ReadingWithoutMeter, ReadingBeyondDials.
    """
    if not agreement.waits:
        raise AgreementAlreadyStarted(agreement_id=agreement.agreement_id, started_on=agreement.started_on)
    check_reading(meter, reading, field)
    started = replace(agreement, started_on=on, start_reading=reading, origin=origin, version=agreement.version + 1)
    fact = ServiceStarted(
        account_id=agreement.account_id,
        agreement_id=agreement.agreement_id,
        service_point_id=agreement.service_point_id,
        commodity=agreement.commodity,
        rate_code=agreement.rate_code,
        billing_cycle=agreement.billing_cycle,
        started_on=on,
        meter=meter.facts() if meter else None,
        start_reading=reading,
        origin=origin,
        customer_class=agreement.circumstances.customer_class,
        dwelling_units=agreement.circumstances.dwelling_units,
        discounts=agreement.circumstances.discounts,
    )
    return Start(started, fact)


def stop(agreement: Agreement, on: date, reading: int | None, meter: Meter | None, *, field: str = "reading") -> Stop:
    """The service ends on this day with this reading; a service is never stopped before it started.

    Raises AgreementNotRunning, ReadingMissing, ReadingWithoutMeter, ReadingBeyondDials.
    """
    if not agreement.runs or agreement.started_on is None or on < agreement.started_on:
        raise AgreementNotRunning(
            agreement_id=agreement.agreement_id, started_on=agreement.started_on, stopped_on=agreement.stopped_on
        )
    check_reading(meter, reading, field)
    stopped = replace(agreement, stopped_on=on, stop_reading=reading, version=agreement.version + 1)
    fact = ServiceStopped(
        account_id=agreement.account_id, agreement_id=agreement.agreement_id, stopped_on=on, stop_reading=reading
    )
    return Stop(stopped, fact)


def rates_changed(agreement: Agreement, now: Circumstances, on: date) -> RateCircumstancesChanged:
    """What is told when rates go by something else from a day on. Raises ServiceNotTakenThen."""
    before = agreement.started_on is not None and on < agreement.started_on
    if before or (agreement.stopped_on is not None and on >= agreement.stopped_on):
        raise ServiceNotTakenThen(
            field="effective_on", effective_on=on, started_on=agreement.started_on, stopped_on=agreement.stopped_on
        )
    return RateCircumstancesChanged(
        account_id=agreement.account_id,
        agreement_id=agreement.agreement_id,
        effective_on=on,
        customer_class=now.customer_class,
        dwelling_units=now.dwelling_units,
        discounts=now.discounts,
    )


def check_point_free(others: Iterable[Agreement], point_id: ServicePointId, on: date, field: str | None = None) -> None:
    """Nobody has the point on that day or later. Raises PointServedAlready.

    **Source**: rulebook 1: an agreement never overlaps another on one point.
    """
    for other in others:
        served = other.service_point_id == point_id and other.started_on is not None
        if served and (other.stopped_on is None or other.stopped_on > on):
            raise PointServedAlready(
                field=field, service_point_id=point_id, account_id=other.account_id, stopped_on=other.stopped_on
            )
