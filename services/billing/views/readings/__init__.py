"""Readings as people look them up, and those that stand out as the list of work that they are."""

from services.billing.domain.flags import Flag
from services.billing.views.readings.exceptions import ReadingExceptionView, list_reading_exceptions
from services.billing.views.readings.listed import (
    ReadingHistory,
    ReadingState,
    ReadingView,
    find_reading,
    list_readings,
)

__all__ = [
    "Flag",
    "ReadingExceptionView",
    "ReadingHistory",
    "ReadingState",
    "ReadingView",
    "find_reading",
    "list_reading_exceptions",
    "list_readings",
]
