"""Door 1: what people ask of billing."""

from services.billing.api import bills, ledger, readings, tariffs
from shared.http import Door

door = Door().include(readings.door, tariffs.door, bills.door, ledger.door)

__all__ = ["door"]
