"""Outcomes: what completed field work changes at the valve, at the meter and in the agreements."""

from collections.abc import Iterable
from datetime import date

from services.accounts.domain import agreements, meter_work, premises
from services.accounts.domain.agreements import Agreement
from services.accounts.domain.kinds import BRINGS_A_METER, OF_AN_AGREEMENT, READINGS, WorkKind
from services.accounts.domain.meters import Meter, check_reading
from services.accounts.domain.orders import Order
from services.accounts.domain.results import Outcome, Place, Result
from shared.events.accounts import Commodity
from shared.ids import AgreementId


def outcome(order: Order, place: Place, result: Result, on: date, new_meter: meter_work.NewMeter | None) -> Outcome:
    """What a completed order changed.

    Raises PointServedAlready, AgreementAlreadyStarted, AgreementNotRunning, ReadingMissing, ReadingWithoutMeter,
    ReadingBeyondDials, and what `meter_work` raises.
    """
    if order.kind in BRINGS_A_METER:
        return meter_work.hang(order, place, result, on, new_meter)
    if order.kind is WorkKind.METER_TEST:
        return meter_work.test(order, place, result)
    meter_work.check_nothing_new(order, result)
    if order.kind in OF_AN_AGREEMENT:
        return _SERVED[order.kind](order, place, result, on)
    check_reading(place.meter, result.reading, "reading", needed=order.kind in READINGS)
    if order.kind in READINGS:
        return meter_work.read(order, place, result)
    if order.kind is WorkKind.NONPAYMENT_SHUTOFF:
        return Outcome(premises.shut(place.point, order.order_id, result.at))
    return Outcome(premises.opened(place.point) if order.kind is WorkKind.RECONNECTION else place.point)


def _turned_on(order: Order, place: Place, result: Result, on: date) -> Outcome:
    starts = []
    for agreement in _meant(order.agreement_id, place, (one for one in place.agreements if one.waits)):
        agreements.check_point_free(place.agreements, agreement.service_point_id, on)
        starts.append(
            agreements.start(agreement, on, *_read(order.agreement_id, agreement, place, result), origin="turn_on")
        )
    return Outcome(
        premises.opened(place.point), tuple(one.agreement for one in starts), tuple(one.fact for one in starts)
    )


def _turned_off(order: Order, place: Place, result: Result, on: date) -> Outcome:
    stops = [
        agreements.stop(agreement, on, *_read(order.agreement_id, agreement, place, result))
        for agreement in _meant(order.agreement_id, place, (one for one in place.agreements if one.runs))
    ]
    return Outcome(
        premises.shut(place.point, order.order_id, result.at),
        tuple(one.agreement for one in stops),
        tuple(one.fact for one in stops),
    )


def _handed_over(order: Order, place: Place, result: Result, on: date) -> Outcome:
    """One reading ends a service, and begins the next one's on the same day; the valve stays as it is.

    **Source**: rulebook 1: one shared reading closes one agreement and opens the next; no gap, no overlap.
    """
    stops = [
        agreements.stop(one, on, *_read(order.agreement_id, one, place, result))
        for one in _meant(order.agreement_id, place, (one for one in place.agreements if one.runs))
    ]
    left = place.after(Outcome(place.point, tuple(one.agreement for one in stops)))
    starts = []
    if order.next_agreement_id is not None:
        for one in _meant(order.next_agreement_id, left, (one for one in left.agreements if one.waits)):
            agreements.check_point_free(left.agreements, one.service_point_id, on)
            read = _read(order.next_agreement_id, one, place, result)
            starts.append(agreements.start(one, on, *read, origin="turn_on"))
    return Outcome(
        place.point,
        (*(one.agreement for one in stops), *(one.agreement for one in starts)),
        (*(one.fact for one in stops), *(one.fact for one in starts)),
    )


def _meant(agreement_id: AgreementId | None, place: Place, fit: Iterable[Agreement]) -> list[Agreement]:
    """The agreement itself, and with water its account's sewer: what flows in flows out."""
    own = [one for one in place.agreements if one.agreement_id == agreement_id]
    sewer = [
        one
        for one in fit
        if one.account_id in {each.account_id for each in own}
        and one.commodity is Commodity.SEWER
        and place.point.commodity is Commodity.WATER
    ]
    return own + sewer


def _read(
    agreement_id: AgreementId | None, agreement: Agreement, place: Place, result: Result
) -> tuple[int | None, Meter | None]:
    """The reading is of the agreement that the work is for; the sewer beside it has no meter."""
    return (result.reading, place.meter) if agreement.agreement_id == agreement_id else (None, None)


_SERVED = {
    WorkKind.TURN_ON: _turned_on,
    WorkKind.TURN_OFF: _turned_off,
    WorkKind.FINAL_READING: _handed_over,
}
