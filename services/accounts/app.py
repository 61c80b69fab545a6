"""Accounts, put together: its three doors and its migrations."""

from pathlib import Path

from services.accounts import api, deadlines, inbox
from shared.tower import Tower

tower = Tower(
    name="accounts",
    door=api.door,
    hearing=inbox.hearing,
    strikes=deadlines.strikes,
    jobs={},
    migrations=Path(__file__).parent / "migrations",
)
