"""Field work: requested, scheduled, dispatched, ended."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from services.accounts import store
from services.accounts.commands.forms import CancellationForm, OrderForm, ScheduleForm
from services.accounts.commands.recording import record
from services.accounts.domain import orders, requests, results, shutoffs
from services.accounts.domain.results import Place, Result
from shared.clock import local_date
from shared.events import inbound
from shared.ids import AskId, OrderId, ServicePointId, new_id
from shared.postgres import Tx


async def request_orders(tx: Tx, forms: Sequence[OrderForm]) -> list[OrderId]:
    """Ask for services to be turned on or off; one order of a kind is open at a point at a time."""
    homes = await store.find_agreement_homes(tx, [form.agreement_id for form in forms])
    point_ids = [point_id for _, point_id in homes.values()]
    docket = await store.lock_orders_at(tx, [account_id for account_id, _ in homes.values()], point_ids)
    places = await store.lock_places(tx, point_ids)
    for form in forms:
        place, agreement = requests.find_agreement(places.values(), form.agreement_id)
        docket.put(
            requests.turn(
                form.kind, docket.account(agreement.account_id), (place, agreement), docket.orders.values(),
                order_id=OrderId(new_id()), now=tx.now,
            )
        )  # fmt: skip
    await record(tx, docket)
    return [order.order_id for order in docket.changed()]


async def schedule_orders(
    tx: Tx, schedules: Mapping[OrderId, ScheduleForm], versions: Mapping[OrderId, int | None]
) -> None:
    """Give orders a day and a crew. `versions` are those that were read; None does not mind."""
    docket = await store.lock_orders(tx, schedules)
    gate = await store.find_shutoff_gate(tx)
    for order_id, form in schedules.items():
        order = docket.order(order_id, versions.get(order_id))
        docket.put(orders.schedule(order, form.scheduled_on, form.crew, tx.now, gate))
    await record(tx, docket)


async def dispatch_orders(tx: Tx, order_ids: Sequence[OrderId], versions: Mapping[OrderId, int | None]) -> None:
    """Send crews out; for a shut-off billing and payments are asked first, and the crew leaves when both confirm."""
    docket = await store.lock_orders(tx, order_ids)
    gate = await store.find_shutoff_gate(tx)
    for order_id in order_ids:
        order = docket.order(order_id, versions.get(order_id))
        if order.is_shutoff:
            docket.put(shutoffs.ask(order, "dispatch", AskId(new_id()), tx.now, gate))
        else:
            docket.put(orders.dispatched(order, tx.now))
    await record(tx, docket)


async def call_in(tx: Tx, order_ids: Sequence[OrderId]) -> None:
    """Crews at the valve ask whether they may shut off."""
    docket = await store.lock_orders(tx, order_ids)
    gate = await store.find_shutoff_gate(tx)
    for order_id in order_ids:
        docket.put(shutoffs.ask(docket.order(order_id), "execution", AskId(new_id()), tx.now, gate))
    await record(tx, docket)


async def cancel_orders(
    tx: Tx, cancellations: Mapping[OrderId, CancellationForm], versions: Mapping[OrderId, int | None]
) -> None:
    """Call work off; a crew under way is recalled."""
    docket = await store.lock_orders(tx, cancellations)
    for order_id, form in cancellations.items():
        order = docket.order(order_id, versions.get(order_id))
        docket.put(orders.cancel(order, form.reason_code, tx.now))
    await record(tx, docket)


async def take_field_results(tx: Tx, told: Sequence[inbound.FieldResult]) -> None:
    """Take what crews' handhelds tell; the same result told twice changes nothing."""
    await take_results(
        tx, [Result(one.order_id, one.outcome, one.crew, one.at, one.reading, one.reason_code) for one in told]
    )


async def take_results(tx: Tx, told: Sequence[Result]) -> None:
    """End orders as their crews tell: done, with all that it changes at the valve and in the agreements, or not."""
    docket = await store.lock_orders(tx, [result.order_id for result in told])
    before = await store.lock_places(tx, [order.service_point_id for order in docket.orders.values()])
    gate = await store.find_shutoff_gate(tx)
    places: dict[ServicePointId, Place] = dict(before)
    for result in told:
        order = docket.order(result.order_id)
        if results.told_before(order, result):
            continue
        if result.outcome == "could_not_complete":
            docket.put(results.fail(order, result, tx.now))
            continue
        done = results.complete(order, result, tx.now, gate)
        place = places[order.service_point_id]
        effect = results.outcome(done, place, result, local_date(result.at, tx.zone))
        places[order.service_point_id] = place.after(effect)
        docket.put(replace(done, said=(*done.said, *effect.facts)))
    points, agreements = results.differences(before, places)
    await store.save_points(tx, points)
    await store.save_agreements(tx, agreements)
    await record(tx, docket)
