"""Payments, put together: its three doors and its migrations."""

from pathlib import Path

from services.payments import api, deadlines, inbox
from shared.tower import Tower

tower = Tower(
    name="payments",
    door=api.door,
    hearing=inbox.hearing,
    strikes=deadlines.strikes,
    jobs={},
    migrations=Path(__file__).parent / "migrations",
)
