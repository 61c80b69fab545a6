"""One reading ends a service and begins the next one: no gap, no overlap, whoever comes and goes and on which day."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.accounts.domain import move_outs
from services.accounts.domain.agreements import Agreement, AgreementNotRunning
from services.accounts.domain.kinds import WorkKind
from services.accounts.domain.meters import Meter
from services.accounts.domain.move_outs import FinalReadingTooLate, Notice, NoticedInTheFuture
from services.accounts.domain.outcomes import outcome
from services.accounts.domain.premises import PremiseUse, ServicePoint
from services.accounts.domain.results import Place
from shared.events.accounts import Commodity, ServiceStarted, ServiceStopped
from shared.ids import AccountId, AgreementId, MeterId, PremiseId, ServicePointId
from tests.accounts.maple_street import NOW, ZONE, a_result, an_id, an_order

POINT = ServicePoint(ServicePointId(an_id(3)), PremiseId(an_id(30)), Commodity.WATER)
METER = Meter(MeterId(an_id(31)), "M-88123", "5/8", 6, 1, "hcf")
FIRST = date(2026, 1, 1)


def tenants(count: int, *, sewer: bool) -> tuple[Agreement, ...]:
    """Water for each tenant, and sewer; the first one's run."""
    made = []
    for number in range(count):
        water = Agreement(
            AgreementId(an_id(100 + number)), AccountId(an_id(200 + number)), POINT.service_point_id,
            Commodity.WATER, "W", "A",
        )  # fmt: skip
        both = [water]
        if sewer:
            both.append(
                replace(water, agreement_id=AgreementId(an_id(300 + number)), commodity=Commodity.SEWER,
                        service_point_id=ServicePointId(an_id(4)))
            )  # fmt: skip
        made += both if number else [replace(one, started_on=FIRST, origin="conversion") for one in both]
    return tuple(made)


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 999_999)), min_size=1, max_size=5), st.booleans())
def test_no_gap_and_no_overlap(moves: list[tuple[int, int]], sewer: bool) -> None:
    """A house changes hands some times, the moves in order of their days; two may be on one day."""
    place = Place(POINT, PremiseUse.RESIDENTIAL, METER, tenants(len(moves) + 1, sewer=sewer))
    for number, (days, reading) in enumerate(sorted(moves)):
        order = an_order(
            WorkKind.FINAL_READING, agreement_id=AgreementId(an_id(100 + number)),
            next_agreement_id=AgreementId(an_id(101 + number)), account_id=AccountId(an_id(200 + number)),
        )  # fmt: skip
        effect = outcome(order, place, a_result(NOW, reading), FIRST + timedelta(days=days), None)
        stops = [fact for fact in effect.facts if isinstance(fact, ServiceStopped)]
        starts = [fact for fact in effect.facts if isinstance(fact, ServiceStarted)]
        assert len(stops) == len(starts) == 1 + sewer
        assert (stops[0].stop_reading, stops[0].stopped_on) == (starts[0].start_reading, starts[0].started_on)
        assert (stops[0].stop_reading, starts[0].meter) == (reading, METER.facts())
        place = place.after(effect)
    for commodity in (Commodity.WATER, Commodity.SEWER):
        spans = [(one.started_on, one.stopped_on) for one in place.agreements if one.commodity is commodity]
        assert all(before[1] == after[0] for before, after in pairwise(spans))
        assert [stopped for _, stopped in spans].count(None) <= 1


def test_without_a_next_one_the_service_ends_and_the_valve_stays_open() -> None:
    place = Place(POINT, PremiseUse.RESIDENTIAL, METER, tenants(2, sewer=True))
    order = an_order(WorkKind.FINAL_READING, agreement_id=AgreementId(an_id(100)), account_id=AccountId(an_id(200)))
    effect = outcome(order, place, a_result(NOW, 7), FIRST, None)
    assert [type(fact) for fact in effect.facts] == [ServiceStopped, ServiceStopped]
    assert effect.point == POINT
    with pytest.raises(AgreementNotRunning):
        outcome(order, place.after(effect), a_result(NOW, 7), FIRST, None)


TWO_DAYS = timedelta(hours=48)
DUE: list[tuple[Notice, datetime]] = [
    (Notice(), NOW + TWO_DAYS),
    (Notice(NOW - timedelta(hours=5)), NOW + timedelta(hours=43)),
    (Notice(None, date(2026, 3, 3)), NOW + TWO_DAYS),
    (Notice(NOW, date(2026, 3, 20)), datetime(2026, 3, 22, 4, 0, tzinfo=UTC)),
]


@pytest.mark.parametrize(("notice", "due_at"), DUE)
def test_the_final_reading_is_due_48_hours_after_the_notice_or_the_day(notice: Notice, due_at: datetime) -> None:
    assert move_outs.due_at(notice, NOW, TWO_DAYS, ZONE) == due_at


def test_a_notice_to_come_and_a_policy_beyond_the_law_are_refused() -> None:
    with pytest.raises(NoticedInTheFuture):
        move_outs.due_at(Notice(NOW + timedelta(minutes=1)), NOW, TWO_DAYS, ZONE)
    for hours in (0, 49):
        with pytest.raises(FinalReadingTooLate, match=r"14:3-3A\.1"):
            move_outs.policy_hours(hours)
