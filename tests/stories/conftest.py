"""Stories are told in every weather, each on a town of its own."""

from collections.abc import AsyncIterator

import pytest

from tests.stories.weather import Telling, Weather, every_weather, weathered
from town.stand import Town


@pytest.fixture
async def fair(town: Town) -> AsyncIterator[Telling]:
    """The town in fair weather, for what no weather can change."""
    async with weathered(town, Weather("fair")) as telling:
        yield telling
        assert await town.asides() == []


@pytest.fixture(params=every_weather(), ids=str)
async def story(town: Town, request: pytest.FixtureRequest) -> AsyncIterator[Telling]:
    """The town, in one weather after the other; at the end nothing is set aside anywhere."""
    async with weathered(town, request.param) as telling:
        yield telling
        assert await town.asides() == []
