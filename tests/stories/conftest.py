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


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A story says whom it concerns: who has no part in it may be away in any weather."""
    if "story" in metafunc.fixturenames:
        concerns = metafunc.definition.get_closest_marker("concerns")
        assert concerns is not None, "a story says which services it concerns"
        metafunc.parametrize("story", every_weather(concerns.args), ids=str, indirect=True)


@pytest.fixture
async def story(town: Town, request: pytest.FixtureRequest) -> AsyncIterator[Telling]:
    """The town, in one weather after the other; at the end nothing is set aside anywhere."""
    async with weathered(town, request.param) as telling:
        yield telling
        assert await town.asides() == []
