"""The demo town happens as `make run` lets it happen: every bill equals the real charge, and a day is played."""

from town.demo.load import Demo
from town.demo.plan import plan
from town.stand import Town


def test_the_plan_is_the_same_each_time_and_nobody_shares_a_meter_or_an_address() -> None:
    """A fixed seed: two towns can be compared."""
    (_, first), (_, second) = plan(500), plan(500)
    assert first == second
    assert len({each.meter_serial for each in first}) == 500
    assert len({each.street_address for each in first}) == 500


def test_every_period_lies_within_its_version_of_the_tariff() -> None:
    """The version that is in force when a period ends is the one its row was charged by, and also when it begins."""
    tariff, households = plan()
    starts = sorted(version.effective_on for version in tariff)
    for each in households:
        begun = [start for start in starts if start <= each.started_on]
        ended = [start for start in starts if start <= each.ended_on]
        assert begun == ended


async def test_four_hundred_households_live_through_their_bills_and_a_short_day(town: Town) -> None:
    """The first four hundred rows, on real Kafka and real databases."""
    reported: list[str] = []
    said = await Demo(town, lambda stage, _done, _total: reported.append(stage)).happen(400)
    assert said[0] == "400 of 400 bills equal the real charge to the cent."
    told = "\n".join(said)
    assert "5 who did not pay got notice" in told
    assert "ShutoffWithdrawn" in told
    assert "The order is cancelled; the water stays on." in told
    assert "climbed: to the senior, then supervisor" in told
    assert list(dict.fromkeys(reported)) == ["tariffs", "accounts", "readings", "bills", "payments", "a short day"]
    assert await town.asides() == []
