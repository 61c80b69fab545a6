"""What licensing remembers: the only SQL here that writes or locks; rows in, domain values out."""

from services.licensing.store.amendments import find_applied
from services.licensing.store.applications import find_invoiced, find_licensed, lock_applications
from services.licensing.store.serials import find_application_serials, find_invoice_serials, find_license_serials
from services.licensing.store.steps import insert_applications, save_steps
from services.licensing.store.types import find_types, insert_fee_schedule, lock_fee_schedule

__all__ = [
    "find_application_serials",
    "find_applied",
    "find_invoice_serials",
    "find_invoiced",
    "find_license_serials",
    "find_licensed",
    "find_types",
    "insert_applications",
    "insert_fee_schedule",
    "lock_applications",
    "lock_fee_schedule",
    "save_steps",
]
