"""Dials that turn over: where a value stands on dials that had no end.

Source: rulebook 2. With every reading goes a number of *turned units*: value + turned units is what endless dials would
show, so that the use between any two readings of a service is one subtraction, whatever came between them.
"""

from datetime import date, datetime
from typing import NamedTuple, Protocol

from services.billing.domain.policies import ReadingPolicy, Unit
from shared.ids import ReadingId


class Mark(NamedTuple):
    """A reading of a meter, as far as another one is measured against it."""

    reading_id: ReadingId
    value: int
    read_at: datetime
    read_on: date
    turned_units: int = 0

    @property
    def endless(self) -> int:
        """What dials without an end would show."""
        return self.value + self.turned_units


class Dialed(Protocol):
    """A meter, as far as its dials are concerned."""

    @property
    def dials(self) -> int:
        """How many digits it shows."""

    @property
    def multiplier(self) -> int:
        """What a dial unit stands for."""

    @property
    def unit(self) -> Unit:
        """In which it counts."""


def turned_units(value: int, on: date, between: tuple[Mark, Mark | None], meter: Dialed, policy: ReadingPolicy) -> int:
    """The units to add to a value that was read after one mark and, if it is late, before another.

    A turn of the dials is believed only if the use it implies is at most half of the dials and no more than the meter
    can pass in that time, or if the next reading proves it; else the use is negative, and a person looks at it.
    """
    before, after = between
    if value >= before.value:
        return before.turned_units
    modulus = 10**meter.dials
    implied = value + modulus - before.value
    if after is not None and after.endless >= before.endless + implied:
        return before.turned_units + modulus
    can_pass = policy.rollover_per_day_max.get(meter.unit, 0) * max((on - before.read_on).days, 1)
    believed = 2 * implied <= modulus and implied * meter.multiplier <= can_pass
    return before.turned_units + modulus if believed else before.turned_units
