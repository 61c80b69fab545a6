"""Readings: taken in sets, guessed where nobody could read, and what a person does about those that stand out."""

from services.billing.commands.readings.asked import (
    NewAcceptance,
    NewCorrection,
    NewEstimates,
    NewReading,
    NewReadings,
    NewResolution,
    NewResolutions,
    ReadingsResolved,
    ReadingsTaken,
    ReadingTaken,
)
from services.billing.commands.readings.exchanges import exchange_meters
from services.billing.commands.readings.peers import find_peers
from services.billing.commands.readings.reviewing import accept_reading, correct_reading, resolve_readings
from services.billing.commands.readings.taking import (
    estimate_readings,
    hear_field_readings,
    hear_readings,
    take_readings,
)

__all__ = [
    "NewAcceptance",
    "NewCorrection",
    "NewEstimates",
    "NewReading",
    "NewReadings",
    "NewResolution",
    "NewResolutions",
    "ReadingTaken",
    "ReadingsResolved",
    "ReadingsTaken",
    "accept_reading",
    "correct_reading",
    "estimate_readings",
    "exchange_meters",
    "find_peers",
    "hear_field_readings",
    "hear_readings",
    "resolve_readings",
    "take_readings",
]
