"""How readings are told, to other services and to who sent them."""

from services.billing.commands.readings.asked import ReadingTaken
from services.billing.domain.readings import Reading
from shared.events.billing import ReadingAccepted, ReadingFlagged


def told(reading: Reading) -> ReadingAccepted | ReadingFlagged:
    """The fact that a reading was accepted, or that it waits for a person."""
    if reading.state == "flagged":
        return ReadingFlagged(
            account_id=reading.account_id, reading_id=reading.reading_id, meter_id=reading.meter_id,
            agreement_id=reading.agreement_id, read_on=reading.read_on, value=reading.value, flags=list(reading.flags),
        )  # fmt: skip
    return ReadingAccepted(
        account_id=reading.account_id, reading_id=reading.reading_id, meter_id=reading.meter_id,
        agreement_id=reading.agreement_id, read_on=reading.read_on, value=reading.value,
    )  # fmt: skip


def answered(reading: Reading, serial: str) -> ReadingTaken:
    """What its sender is answered."""
    return ReadingTaken(
        reading_id=reading.reading_id, meter_serial=serial, value=reading.value, state=reading.state,
        flags=list(reading.flags), used_units=reading.used_units, days_count=reading.days_count,
    )  # fmt: skip
