"""What completed work changes: the valve, and the agreements that start and stop with the crew's reading."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from services.accounts.domain.agreements import (
    Agreement,
    AgreementAlreadyStarted,
    AgreementNotRunning,
    PointServedAlready,
)
from services.accounts.domain.kinds import WorkKind
from services.accounts.domain.meters import Meter, ReadingBeyondDials, ReadingMissing, ReadingWithoutMeter
from services.accounts.domain.outcomes import outcome
from services.accounts.domain.premises import PremiseUse, ServicePoint
from services.accounts.domain.results import Outcome, Place
from shared.errors import Refusal
from shared.events.accounts import Commodity, ServiceStarted, ServiceStopped
from shared.ids import AccountId, AgreementId, MeterId, OrderId, PremiseId, ServicePointId
from tests.accounts.maple_street import NOW, TODAY, a_result, an_id, an_order

POINT = ServicePoint(ServicePointId(an_id(3)), PremiseId(an_id(30)), Commodity.WATER)
METER = Meter(MeterId(an_id(31)), "M-88123", "5/8", 6, 1, "hcf")
WAITING = Agreement(AgreementId(an_id(4)), AccountId(an_id(2)), POINT.service_point_id, Commodity.WATER, "W-RES", "A")
RUNNING = replace(WAITING, started_on=date(2025, 1, 1), start_reading=100, origin="conversion")
SEWER = replace(
    WAITING, agreement_id=AgreementId(an_id(6)), service_point_id=ServicePointId(an_id(7)), commodity=Commodity.SEWER
)
NEIGHBOR = replace(RUNNING, agreement_id=AgreementId(an_id(8)), account_id=AccountId(an_id(9)))


def done(kind: WorkKind, *agreements: Agreement, reading: int | None = 500, **place: Any) -> Outcome:
    at = Place(**{"point": POINT, "use": PremiseUse.RESIDENTIAL, "meter": METER, "agreements": agreements, **place})
    return outcome(an_order(kind), at, a_result(NOW, reading), TODAY, None)


def test_turned_on_starts_the_service_with_the_reading_and_opens_the_valve() -> None:
    shut = replace(POINT, off_since=NOW - timedelta(days=9), off_order_id=OrderId(an_id(77)))
    after = done(WorkKind.TURN_ON, WAITING, point=shut)
    assert after.point.off_since is None
    assert [(one.started_on, one.start_reading, one.origin) for one in after.agreements] == [(TODAY, 500, "turn_on")]
    fact = after.facts[0]
    assert isinstance(fact, ServiceStarted)
    assert (fact.origin, fact.started_on, fact.start_reading) == ("turn_on", TODAY, 500)
    assert fact.meter == METER.facts()


def test_the_sewer_starts_and_stops_with_the_water() -> None:
    on = done(WorkKind.TURN_ON, WAITING, SEWER)
    assert [(one.commodity, one.start_reading) for one in on.agreements] == [
        (Commodity.WATER, 500), (Commodity.SEWER, None),
    ]  # fmt: skip
    running = [replace(one, started_on=date(2025, 1, 1), origin="conversion") for one in (WAITING, SEWER)]
    off = done(WorkKind.TURN_OFF, *running)
    assert [type(fact) for fact in off.facts] == [ServiceStopped, ServiceStopped]
    assert [one.stop_reading for one in off.agreements] == [500, None]


def test_another_accounts_sewer_is_left_alone() -> None:
    other = replace(SEWER, account_id=AccountId(an_id(9)))
    assert len(done(WorkKind.TURN_ON, WAITING, other).agreements) == 1


def test_turned_off_stops_the_service_and_shuts_the_valve() -> None:
    after = done(WorkKind.TURN_OFF, RUNNING)
    assert after.point.off_since == NOW
    fact = after.facts[0]
    assert isinstance(fact, ServiceStopped)
    assert (fact.stopped_on, fact.stop_reading) == (TODAY, 500)


def test_a_tenant_moves_out_and_the_next_one_in_on_one_day() -> None:
    moved_out = replace(NEIGHBOR, stopped_on=TODAY, stop_reading=500)
    assert done(WorkKind.TURN_ON, WAITING, moved_out).agreements[0].started_on == TODAY


@pytest.mark.parametrize("reading", [None, 500])
def test_shut_off_and_reconnected_move_the_valve_and_no_agreement(reading: int | None) -> None:
    off = done(WorkKind.NONPAYMENT_SHUTOFF, RUNNING, reading=reading)
    assert (off.point.off_since, off.point.off_order_id, off.agreements, off.facts) == (NOW, an_id(1), (), ())
    on = done(WorkKind.RECONNECTION, RUNNING, reading=reading, point=off.point)
    assert (on.point.off_since, on.point.off_order_id, on.agreements) == (None, None, ())


@pytest.mark.parametrize(
    ("refusal", "kind", "agreements", "reading"),
    [
        (ReadingMissing, WorkKind.TURN_ON, [WAITING], None),
        (ReadingBeyondDials, WorkKind.TURN_ON, [WAITING], 10**6),
        (ReadingMissing, WorkKind.TURN_OFF, [RUNNING], None),
        (ReadingBeyondDials, WorkKind.NONPAYMENT_SHUTOFF, [RUNNING], 10**6),
        (AgreementAlreadyStarted, WorkKind.TURN_ON, [replace(RUNNING, stopped_on=date(2025, 6, 1))], 1),
        (AgreementNotRunning, WorkKind.TURN_OFF, [WAITING], 1),
        (AgreementNotRunning, WorkKind.TURN_OFF, [replace(RUNNING, started_on=date(2026, 3, 4))], 1),
        (PointServedAlready, WorkKind.TURN_ON, [WAITING, NEIGHBOR], 1),
        (PointServedAlready, WorkKind.TURN_ON, [WAITING, replace(NEIGHBOR, stopped_on=date(2026, 3, 4))], 1),
    ],
)
def test_work_that_contradicts_the_books_is_refused(
    refusal: type[Refusal], kind: WorkKind, agreements: list[Agreement], reading: int | None
) -> None:
    with pytest.raises(refusal):
        done(kind, *agreements, reading=reading)


def test_a_point_without_a_meter_has_no_reading() -> None:
    with pytest.raises(ReadingWithoutMeter):
        done(WorkKind.NONPAYMENT_SHUTOFF, RUNNING, meter=None)
    assert done(WorkKind.TURN_ON, WAITING, reading=None, meter=None).agreements[0].start_reading is None
