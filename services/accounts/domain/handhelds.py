"""What a crew's handheld tells, understood: flat fields, so that a line of a CSV file can carry them."""

from services.accounts.domain.asked import MeterAsked
from services.accounts.domain.results import Result
from shared.errors import Invalid
from shared.events.inbound import FieldResult


class NewMeterHalfDescribed(Invalid):
    """A meter that was hung is told with its serial, size, dials and unit."""

    remedy = "Fill new_meter_serial, new_meter_size, new_meter_dials and new_meter_unit; or leave all of them out."


def understood(told: FieldResult) -> Result:
    """The result that a message holds. Raises NewMeterHalfDescribed."""
    return Result(
        told.order_id, told.outcome, told.crew, told.at, told.reading, told.reason_code,
        arrived_at=told.arrived_at, finding_code=told.finding_code,
        evidence=(told.evidence,) if told.evidence else (),
        new_meter=_meter(told), new_reading=told.new_meter_reading,
        as_found_error_hundredths=told.as_found_error_hundredths,
    )  # fmt: skip


def _meter(told: FieldResult) -> MeterAsked | None:
    serial, size, dials, unit = (
        told.new_meter_serial, told.new_meter_size, told.new_meter_dials, told.new_meter_unit,
    )  # fmt: skip
    if serial and size and dials and unit:
        return MeterAsked(serial, size, dials, told.new_meter_multiplier or 1, unit)
    if serial or size or dials or unit or told.new_meter_multiplier:
        raise NewMeterHalfDescribed(field="new_meter_serial", order_id=told.order_id)
    return None
