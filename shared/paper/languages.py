"""Dates as people of New Jersey read them, in English and in Spanish.

Twelve names a language need no library. Amounts are written alike in both: Spanish in the United States keeps the
point before the cents.
"""

from datetime import date
from typing import Literal

Language = Literal["en", "es"]

_MONTHS: dict[Language, tuple[str, ...]] = {
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December"),
    "es": ("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre",
           "noviembre", "diciembre"),
}  # fmt: skip
_SHORT = 3


def day(on: date, language: Language) -> str:
    """March 2, 2026; 2 de marzo de 2026."""
    name = _MONTHS[language][on.month - 1]
    return f"{name} {on.day}, {on.year}" if language == "en" else f"{on.day} de {name} de {on.year}"


def short_day(on: date, language: Language) -> str:
    """Mar 2, 2026; 2 mar 2026."""
    name = month(on, language)
    return f"{name} {on.day}, {on.year}" if language == "en" else f"{on.day} {name} {on.year}"


def month(on: date, language: Language) -> str:
    """Mar; mar."""
    return _MONTHS[language][on.month - 1][:_SHORT]
