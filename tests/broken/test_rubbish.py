"""Other city systems send rubbish by the thousand: each message is taken or answered, and no good one suffers."""

import pytest

from tests.broken.flood import HEARERS, Flood
from tests.rooms import StillClock
from town.ground import Ground
from town.issuer import Issuer
from town.stand import Town

BAD_COUNT = 20_000


@pytest.mark.timeout(300)
async def test_twenty_thousand_bad_messages_stop_nothing(ground: Ground, issuer: Issuer) -> None:
    """A lockbox that went mad keeps sending; the money that it tells of rightly in between is all there."""
    async with Town.built(ground, StillClock(), issuer, list(HEARERS.values())) as town:
        flood = Flood(town, BAD_COUNT)
        await flood.pour(limit_seconds=240)
        await flood.check()
