"""Field work: requested, scheduled, dispatched, called off, late."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from services.accounts import store
from services.accounts.commands.forms import CancellationForm, OrderForm, ScheduleForm
from services.accounts.commands.recording import record
from services.accounts.domain import move_outs, orders, requests, shutoffs
from services.accounts.domain.decisions import check_may_start
from services.accounts.domain.kinds import WorkKind
from services.accounts.domain.protections import check_shutoff
from services.accounts.domain.requests import Asked
from services.accounts.domain.results import Place
from shared.deadlines import Deadline
from shared.ids import AccountId, AgreementId, AskId, OrderId, ServicePointId, new_id
from shared.postgres import Tx


async def request_orders(tx: Tx, forms: Sequence[OrderForm]) -> list[OrderId]:
    """Ask for field work; one order of a kind is open at a point at a time."""
    named = [form.agreement_id for form in forms] + [form.next_agreement_id for form in forms]
    homes = await store.find_agreement_homes(tx, [agreement_id for agreement_id in named if agreement_id])
    account_ids = [_at(form, homes)[0] for form in forms]
    point_ids = [_at(form, homes)[1] for form in forms]
    docket = await store.lock_orders_at(tx, account_ids, point_ids)
    places = await store.lock_places(tx, point_ids)
    within = await store.find_final_reading_time(tx)
    debts = await store.find_debt_decisions(tx, [account_id for account_id, _ in homes.values()])
    for form, account_id, point_id in zip(forms, account_ids, point_ids, strict=True):
        asked = _asked(form, requests.find_place(places, point_id), tx, within)
        if asked.starts is not None:
            check_may_start(asked.starts.account_id, debts)
        docket.put(
            requests.ask_for(
                asked, docket.account(account_id), docket.orders.values(), order_id=OrderId(new_id()), now=tx.now
            )
        )
    await record(tx, docket)
    return [order.order_id for order in docket.changed()]


def _at(
    form: OrderForm, homes: Mapping[AgreementId, tuple[AccountId, ServicePointId]]
) -> tuple[AccountId, ServicePointId]:
    """The account and the point of what is asked for. Raises AgreementUnknown."""
    if form.account_id is not None and form.service_point_id is not None:
        return form.account_id, form.service_point_id
    if form.agreement_id is None or form.agreement_id not in homes:
        raise requests.AgreementUnknown(field="agreement_id", agreement_id=form.agreement_id)
    return homes[form.agreement_id]


def _asked(form: OrderForm, place: Place, tx: Tx, within: timedelta) -> Asked:
    """What it means to the domain. Raises AgreementUnknown, NoticedInTheFuture."""
    agreement = requests.find_agreement([place], form.agreement_id)[1] if form.agreement_id else None
    following = requests.find_next(place, form.next_agreement_id) if form.next_agreement_id else None
    final = form.kind is WorkKind.FINAL_READING
    due_at = move_outs.due_at(form.notice(), tx.now, within, tx.zone) if final else None
    return Asked(form.kind, place, agreement, following, form.purpose_code, due_at)


async def schedule_orders(
    tx: Tx, schedules: Mapping[OrderId, ScheduleForm], versions: Mapping[OrderId, int | None]
) -> None:
    """Give orders a day and a crew. `versions` are those that were read; None does not mind."""
    docket = await store.lock_orders(tx, schedules)
    gate = await store.find_shutoff_gate(tx)
    protected = await store.find_protections(tx, docket.accounts)
    for order_id, form in schedules.items():
        order = docket.order(order_id, versions.get(order_id))
        check_shutoff(order, form.scheduled_on, protected)
        docket.put(orders.schedule(order, form.scheduled_on, form.crew, tx.now, gate, why=form.reason_code))
    await record(tx, docket)


async def dispatch_orders(tx: Tx, order_ids: Sequence[OrderId], versions: Mapping[OrderId, int | None]) -> None:
    """Send crews out; for a shut-off billing and payments are asked first, and the crew leaves when both confirm."""
    docket = await store.lock_orders(tx, order_ids)
    gate = await store.find_shutoff_gate(tx)
    protected = await store.find_protections(tx, docket.accounts)
    for order_id in order_ids:
        order = docket.order(order_id, versions.get(order_id))
        check_shutoff(order, tx.today, protected)
        if order.is_shutoff:
            docket.put(shutoffs.ask(order, "dispatch", AskId(new_id()), tx.now, gate))
        else:
            docket.put(orders.dispatched(order, tx.now))
    await record(tx, docket)


async def call_in(tx: Tx, order_ids: Sequence[OrderId]) -> None:
    """Crews at the valve ask whether they may shut off."""
    docket = await store.lock_orders(tx, order_ids)
    gate = await store.find_shutoff_gate(tx)
    protected = await store.find_protections(tx, docket.accounts)
    for order_id in order_ids:
        check_shutoff(docket.order(order_id), tx.today, protected)
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


async def miss_final_readings(tx: Tx, due: Sequence[Deadline]) -> None:
    """Final readings that were not taken in time are told, once."""
    docket = await store.lock_orders(tx, [OrderId(one.about) for one in due])
    for order in list(docket.orders.values()):
        docket.put(move_outs.miss(order, tx.now))
    await record(tx, docket)
