"""Meters that billing wants read again: one order at a meter, however many readings of it stand out."""

from collections.abc import Sequence

from services.accounts import store
from services.accounts.commands.recording import record
from services.accounts.domain import requests
from services.accounts.domain.kinds import WorkKind
from services.accounts.domain.requests import Asked
from shared.events.billing import RereadRequested
from shared.ids import OrderId, new_id
from shared.postgres import Tx

PURPOSE = "reading_stands_out"


async def order_rereads(tx: Tx, facts: Sequence[RereadRequested]) -> None:
    """Send crews to read again; an order that is open already is enough. Raises AgreementUnknown, AccountIsClosed."""
    homes = await store.find_agreement_homes(tx, [fact.agreement_id for fact in facts])
    for fact in facts:
        if fact.agreement_id not in homes:
            raise requests.AgreementUnknown(field="agreement_id", agreement_id=fact.agreement_id)
    account_ids, point_ids = zip(*(homes[fact.agreement_id] for fact in facts), strict=True)
    docket = await store.lock_orders_at(tx, account_ids, point_ids)
    places = await store.lock_places(tx, point_ids)
    for fact in facts:
        account_id, point_id = homes[fact.agreement_id]
        if any(
            order.is_open and order.kind is WorkKind.REREAD and order.service_point_id == point_id
            for order in docket.orders.values()
        ):
            continue
        place, agreement = requests.find_agreement([requests.find_place(places, point_id)], fact.agreement_id)
        asked = Asked(WorkKind.REREAD, place, agreement, purpose_code=PURPOSE)
        account, open_orders = docket.account(account_id), docket.orders.values()
        docket.put(requests.ask_for(asked, account, open_orders, order_id=OrderId(new_id()), now=tx.now))
    await record(tx, docket)
