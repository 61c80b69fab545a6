"""How field work ended: by the desk, by a crew's handheld, or by a file of its results."""

from collections.abc import Sequence
from dataclasses import replace

from services.accounts import store
from services.accounts.commands.recording import record
from services.accounts.domain import handhelds, outcomes, results
from services.accounts.domain.meter_work import NewMeter, described
from services.accounts.domain.protections import check_shutoff
from services.accounts.domain.results import Hung, Place, Result
from services.accounts.domain.search import folded
from shared.clock import local_date
from shared.events import inbound
from shared.ids import MeterId, ServicePointId, new_id
from shared.postgres import Tx


async def take_field_results(tx: Tx, told: Sequence[inbound.FieldResult]) -> None:
    """Take what crews' handhelds tell; the same result told twice changes nothing."""
    await take_results(tx, [handhelds.understood(one) for one in told])


async def take_results(tx: Tx, told: Sequence[Result]) -> None:
    """End orders as their crews tell: done, with all that it changes at valve, meter and agreements, or not."""
    docket = await store.lock_orders(tx, [result.order_id for result in told])
    before = await store.lock_places(tx, [order.service_point_id for order in docket.orders.values()])
    gate = await store.find_shutoff_gate(tx)
    protected = await store.find_protections(tx, docket.accounts)
    new_meters = await _new_meters(tx, told)
    places: dict[ServicePointId, Place] = dict(before)
    hung: list[tuple[ServicePointId, Hung]] = []
    for number, result in enumerate(told):
        order = docket.order(result.order_id)
        if results.told_before(order, result):
            continue
        if result.outcome == "could_not_complete":
            docket.put(results.fail(order, result, tx.now))
            continue
        check_shutoff(order, tx.today, protected)
        done = results.complete(order, result, tx.now, gate)
        place = places[order.service_point_id]
        effect = outcomes.outcome(done, place, result, local_date(result.at, tx.zone), new_meters[number])
        places[order.service_point_id] = place.after(effect)
        hung += [(order.service_point_id, effect.hung)] if effect.hung is not None else []
        docket.put(replace(done, said=(*done.said, *effect.facts)))
    points, agreements = results.differences(before, places)
    await store.save_points(tx, points)
    await store.save_agreements(tx, agreements)
    await store.save_hung(tx, hung, [folded(one.meter.serial) for _, one in hung])
    await record(tx, docket)


async def _new_meters(tx: Tx, told: Sequence[Result]) -> list[NewMeter | None]:
    """The meters that results name, each with what is on record of it."""
    known = await store.lock_meters(tx, [result.new_meter.serial for result in told if result.new_meter])
    return [
        NewMeter(described(result.new_meter, MeterId(new_id())), *known.get(result.new_meter.serial, ()))
        if result.new_meter
        else None
        for result in told
    ]
