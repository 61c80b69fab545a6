"""Licensing, put together: its three doors and its migrations."""

from pathlib import Path

from services.licensing import api, deadlines, inbox
from shared.tower import Tower

tower = Tower(
    name="licensing",
    door=api.door,
    hearing=inbox.hearing,
    strikes=deadlines.strikes,
    migrations=Path(__file__).parent / "migrations",
)
