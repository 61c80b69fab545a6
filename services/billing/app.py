"""Billing, put together: its three doors, its long work and its migrations."""

from pathlib import Path

from services.billing import api, commands, deadlines, inbox
from shared.tower import Tower

tower = Tower(
    name="billing",
    door=api.door,
    hearing=inbox.hearing,
    strikes=deadlines.strikes,
    jobs={
        commands.BILL_RUN: commands.run_bill_chunk,
        commands.RUN_RELEASE: commands.run_release_chunk,
        commands.TARIFF_TRIAL: commands.run_trial_chunk,
    },
    migrations=Path(__file__).parent / "migrations",
)
