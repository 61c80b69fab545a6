"""Work at a meter: exchanged or hung, tested, read because somebody asked. Declared by the crew, never guessed."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from services.accounts.domain.agreements import Agreement
from services.accounts.domain.asked import MeterAsked
from services.accounts.domain.kinds import WorkKind
from services.accounts.domain.meters import (
    Installation,
    Meter,
    ReadingMissing,
    check_not_elsewhere,
    check_reading,
    check_same,
    check_unit,
)
from services.accounts.domain.orders import Order
from services.accounts.domain.results import Hung, Outcome, Place, Result
from shared.errors import Conflict, Invalid
from shared.events.accounts import FieldReadingTaken, MeterExchanged, MeterTested
from shared.ids import MeterId

PURPOSES: dict[WorkKind, Literal["special", "private", "reread"]] = {
    WorkKind.SPECIAL_READING: "special",
    WorkKind.PRIVATE_READING: "private",
    WorkKind.REREAD: "reread",
}


class NewMeterMissing(Invalid):
    """An exchange tells which meter came, and what its dials showed."""

    remedy = "Send new_meter as its face describes it, and new_reading; with a handheld the fields new_meter_…."


class NewMeterUnasked(Invalid):
    """Only an exchange or an installation hangs a meter."""

    remedy = "Leave the new meter out; if one was hung, request a meter exchange and complete that."


class SameMeterAgain(Conflict):
    """An exchange puts another meter in the place of the one that hangs there."""

    remedy = "Check the serial on the new meter's face."


class PointHasMeterAlready(Conflict):
    """An installation hangs a meter where none hangs."""

    remedy = "Request a meter exchange instead."


class ServiceRunsUnmetered(Conflict):
    """A meter is hung before its service starts: one that runs without a meter would lose its first reading."""

    remedy = "Stop the service, complete the installation, and have it turned on again on the same day."


class MeterErrorMissing(Invalid):
    """A meter test brings the error of the meter as it was found."""

    remedy = "Send as_found_error_hundredths: 215 for 2.15 % fast, -300 for 3 % slow, 0 for exact."


class MeterErrorUnasked(Invalid):
    """Only a meter test brings an error of the meter."""

    remedy = "Leave as_found_error_hundredths out; request a meter test, and complete that."


@dataclass(frozen=True, slots=True)
class NewMeter:
    """A meter that a crew hung: as its face describes it, with its record where there is one, and where that hangs."""

    described: Meter
    known: Meter | None = None
    hangs: Installation | None = None


def described(asked: MeterAsked, meter_id: MeterId) -> Meter:
    """A meter as its face describes it."""
    return Meter(meter_id, asked.serial, asked.size, asked.dials, asked.multiplier, asked.unit)


def hang(order: Order, place: Place, result: Result, on: date, new: NewMeter | None) -> Outcome:
    """One meter in the place of another, or where none hung.

    Raises NewMeterMissing, SameMeterAgain, PointHasMeterAlready, ServiceRunsUnmetered, ReadingMissing,
    ReadingBeyondDials, ReadingWithoutMeter, UnitDoesNotFit, MeterDiffers, MeterHangsElsewhere, MeterErrorUnasked.
    """
    _check_no_test(result)
    check_reading(place.meter, result.reading, "reading")
    if new is None and order.kind is WorkKind.INSTALLATION:
        return Outcome(place.point)
    if new is None:
        raise NewMeterMissing(field="new_meter", order_id=order.order_id)
    meter = _checked(place, new, result.new_reading)
    running = _running(place)
    if order.kind is WorkKind.INSTALLATION:
        if place.meter is not None:
            raise PointHasMeterAlready(field="new_meter", hangs_there=place.meter.serial)
        if running is not None:
            raise ServiceRunsUnmetered(field="new_meter", agreement_id=running.agreement_id)
        return Outcome(place.point, hung=Hung(meter, on, result.new_reading, None, is_new=new.known is None))
    assert place.meter is not None
    assert result.reading is not None
    assert result.new_reading is not None
    fact = MeterExchanged(
        **_head(order, running), exchanged_at=result.at,
        old_meter=place.meter.facts(), old_reading=result.reading,
        new_meter=meter.facts(), new_reading=result.new_reading,
    )  # fmt: skip
    hung = Hung(meter, on, result.new_reading, result.reading, is_new=new.known is None)
    return Outcome(place.point, facts=(fact,), hung=hung)


def test(order: Order, place: Place, result: Result) -> Outcome:
    """The meter's error, as it was found. Raises MeterErrorMissing, ReadingBeyondDials, NewMeterUnasked."""
    check_reading(place.meter, result.reading, "reading", needed=False)
    if result.new_meter is not None:
        raise NewMeterUnasked(field="new_meter", kind=order.kind.value)
    if result.as_found_error_hundredths is None:
        raise MeterErrorMissing(field="as_found_error_hundredths", order_id=order.order_id)
    assert place.meter is not None
    fact = MeterTested(
        **_head(order, _running(place)), meter_id=place.meter.meter_id, meter_serial=place.meter.serial,
        tested_at=result.at, as_found_error_hundredths=result.as_found_error_hundredths, reading=result.reading,
    )  # fmt: skip
    return Outcome(place.point, facts=(fact,))


def read(order: Order, place: Place, result: Result) -> Outcome:
    """The reading goes to billing; the meter and the service stay as they are."""
    assert place.meter is not None
    assert result.reading is not None
    fact = FieldReadingTaken(
        **_head(order, _running(place)), purpose=PURPOSES[order.kind], meter_id=place.meter.meter_id,
        meter_serial=place.meter.serial, value=result.reading, read_at=result.at,
    )  # fmt: skip
    return Outcome(place.point, facts=(fact,))


def check_nothing_new(order: Order, result: Result) -> None:
    """Work that neither hangs nor tests a meter brings neither. Raises NewMeterUnasked, MeterErrorUnasked."""
    _check_no_test(result)
    if result.new_meter is not None or result.new_reading is not None:
        raise NewMeterUnasked(field="new_meter", kind=order.kind.value)


def _check_no_test(result: Result) -> None:
    if result.as_found_error_hundredths is not None:
        raise MeterErrorUnasked(field="as_found_error_hundredths")


def _checked(place: Place, new: NewMeter, reading: int | None) -> Meter:
    meter = new.known or new.described
    check_unit(place.point.commodity, new.described.unit, "new_meter.unit")
    check_same(meter, new.described, "new_meter")
    if place.meter is not None and place.meter.serial == meter.serial:
        raise SameMeterAgain(field="new_meter.serial", meter_serial=meter.serial)
    check_not_elsewhere(new.hangs, place.point.service_point_id, "new_meter.serial")
    if reading is None:
        raise ReadingMissing(field="new_reading", meter_serial=meter.serial)
    check_reading(meter, reading, "new_reading")
    return meter


def _running(place: Place) -> Agreement | None:
    here = (one for one in place.agreements if one.service_point_id == place.point.service_point_id and one.runs)
    return next(here, None)


def _head(order: Order, running: Agreement | None) -> dict[str, Any]:
    return {
        "account_id": order.account_id,
        "order_id": order.order_id,
        "service_point_id": order.service_point_id,
        "agreement_id": running.agreement_id if running is not None else None,
    }
