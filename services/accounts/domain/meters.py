"""Meters: what their dials can show, what they measure, and where they hang for a span of time."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from shared.errors import Conflict, Invalid
from shared.events.accounts import Commodity
from shared.events.meters import MeterFacts
from shared.ids import MeterId, ServicePointId

Unit = Literal["hcf", "ccf", "kgal", "gal", "cf", "kwh"]


class UnitDoesNotFit(Invalid):
    """Electricity is metered in kWh; water and sewage are metered in a volume."""

    remedy = "Take the unit that is printed on the meter's face."


class ReadingBeyondDials(Invalid):
    """A reading has no more digits than the meter has dials."""

    remedy = "Read the dials again, from the left, without the fixed zeros; or correct the number of dials."


class ReadingMissing(Invalid):
    """A metered service starts and stops with a reading."""

    remedy = "Send the reading that the dials show at that moment."


class ReadingWithoutMeter(Invalid):
    """A point without a meter has no reading."""

    remedy = "Leave the reading out, or record the meter first."


class MeterDiffers(Conflict):
    """A meter's serial, dials, multiplier and unit are recorded once."""

    remedy = "Compare with the meter's face: another meter has this serial, or one of the records is wrong."


class MeterHangsElsewhere(Conflict):
    """A meter hangs at one service point at a time."""

    remedy = "Check the serial; if the meter was moved, record its removal there first."


class PointHasAnotherMeter(Conflict):
    """A service point has one meter at a time."""

    remedy = "Check the address and the serial; if the meter was exchanged, record the exchange first."


@dataclass(frozen=True, slots=True)
class Meter:
    """A meter: value x multiplier is a quantity of `unit`; it rolls over at 10^dials."""

    meter_id: MeterId
    serial: str
    size: str
    dials: int
    multiplier: int
    unit: Unit
    version: int = 1

    def facts(self) -> MeterFacts:
        """What others are told of it."""
        return MeterFacts(
            meter_id=self.meter_id, serial=self.serial, dials=self.dials, multiplier=self.multiplier, unit=self.unit,
            size=self.size,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Installation:
    """A meter hangs at a point from a day on; `removed_on` is the first day that it does not."""

    meter: Meter
    service_point_id: ServicePointId
    installed_on: date
    installed_reading: int | None = None


def check_unit(commodity: Commodity, unit: Unit, field: str) -> None:
    """Raises UnitDoesNotFit."""
    if (commodity is Commodity.ELECTRIC) != (unit == "kwh"):
        raise UnitDoesNotFit(field=field, commodity=commodity.value, unit=unit)


def check_reading(meter: Meter | None, reading: int | None, field: str, *, needed: bool = True) -> None:
    """The reading is one that this meter can show. Raises ReadingMissing, ReadingWithoutMeter, ReadingBeyondDials."""
    if meter is None:
        if reading is not None:
            raise ReadingWithoutMeter(field=field, reading=reading)
    elif reading is None:
        if needed:
            raise ReadingMissing(field=field, meter_serial=meter.serial)
    elif not 0 <= reading < 10**meter.dials:
        raise ReadingBeyondDials(field=field, reading=reading, dials=meter.dials, meter_serial=meter.serial)


def check_same(known: Meter, asked: Meter, field: str) -> None:
    """The meter on record is the one that somebody describes. Raises MeterDiffers."""
    if (known.dials, known.multiplier, known.unit) != (asked.dials, asked.multiplier, asked.unit):
        raise MeterDiffers(
            field=field, meter_serial=known.serial, dials=known.dials, multiplier=known.multiplier, unit=known.unit
        )


def check_not_elsewhere(hangs: Installation | None, service_point_id: ServicePointId, field: str) -> None:
    """The meter hangs nowhere else. Raises MeterHangsElsewhere."""
    if hangs is not None and hangs.service_point_id != service_point_id:
        raise MeterHangsElsewhere(field=field, meter_serial=hangs.meter.serial, service_point_id=hangs.service_point_id)


def check_hangs_here(hangs: Installation, meter: Meter, field: str) -> None:
    """The meter that hangs at a point is the one that somebody names. Raises PointHasAnotherMeter."""
    if hangs.meter.meter_id != meter.meter_id:
        raise PointHasAnotherMeter(field=field, given=meter.serial, hangs_there=hangs.meter.serial)
