"""Servers of our own, to be stopped, killed and started again."""

import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.scratch import scratch
from town import ground as standing
from town.ground import Ground


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def broken_ground() -> AsyncIterator[Ground]:
    """One broker and one database server that only this module uses.

    Not below pytest's own folder: every start of pytest closes that to other users, and PostgreSQL is one.
    """
    with tempfile.TemporaryDirectory(prefix="curbstop-broken-", dir=scratch(), ignore_cleanup_errors=True) as folder:
        async with standing.ground(Path(folder), always_own=True, lasting=False) as own:
            yield own
