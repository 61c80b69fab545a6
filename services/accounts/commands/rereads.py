"""Field work that billing asks for: meters whose readings stand out, and what is to be looked at behind a high bill."""

from collections.abc import Sequence
from typing import NamedTuple

from services.accounts import store
from services.accounts.commands.recording import record
from services.accounts.domain import requests
from services.accounts.domain.dockets import Docket
from services.accounts.domain.kinds import WorkKind
from services.accounts.domain.requests import Asked
from services.accounts.domain.results import Place
from shared.events.billing import FieldWorkRequested, RereadRequested
from shared.ids import AccountId, AgreementId, OrderId, ServicePointId, new_id
from shared.postgres import Tx

PURPOSE = "reading_stands_out"
OF_A_HIGH_BILL = "high_bill"


class _Known(NamedTuple):
    """Where services are, and the orders there."""

    homes: dict[AgreementId, tuple[AccountId, ServicePointId]]
    docket: Docket
    places: dict[ServicePointId, Place]

    def asked(self, kind: WorkKind, agreement_id: AgreementId, purpose_code: str) -> Asked:
        """Work of this kind for this service."""
        place = requests.find_place(self.places, self.homes[agreement_id][1])
        place, agreement = requests.find_agreement([place], agreement_id)
        return Asked(kind, place, agreement, purpose_code=purpose_code)


async def order_rereads(tx: Tx, facts: Sequence[RereadRequested]) -> None:
    """Send crews to read again; an order that is open already is enough. Raises AgreementUnknown, AccountIsClosed."""
    known = await _lock(tx, [fact.agreement_id for fact in facts])
    docket = known.docket
    for fact in facts:
        account_id, point_id = known.homes[fact.agreement_id]
        if any(
            order.is_open and order.kind is WorkKind.REREAD and order.service_point_id == point_id
            for order in docket.orders.values()
        ):
            continue
        asked = known.asked(WorkKind.REREAD, fact.agreement_id, PURPOSE)
        account, open_orders = docket.account(account_id), docket.orders.values()
        docket.put(requests.ask_for(asked, account, open_orders, order_id=OrderId(new_id()), now=tx.now))
    await record(tx, docket)


async def order_field_work(tx: Tx, facts: Sequence[FieldWorkRequested]) -> None:
    """Send crews as billing asks; what need not or cannot be done is called off at once. Raises AgreementUnknown."""
    known = await _lock(tx, [fact.agreement_id for fact in facts])
    docket = known.docket
    for fact in facts:
        asked = known.asked(WorkKind(fact.kind), fact.agreement_id, OF_A_HIGH_BILL)
        account = docket.account(known.homes[fact.agreement_id][0])
        docket.put(requests.ask_or_call_off(asked, account, docket.orders.values(), order_id=fact.order_id, now=tx.now))
    await record(tx, docket)


async def _lock(tx: Tx, agreement_ids: Sequence[AgreementId]) -> _Known:
    """Lock what is asked for, and where. Raises AgreementUnknown."""
    homes = await store.find_agreement_homes(tx, agreement_ids)
    for agreement_id in agreement_ids:
        if agreement_id not in homes:
            raise requests.AgreementUnknown(field="agreement_id", agreement_id=agreement_id)
    account_ids, point_ids = zip(*(homes[agreement_id] for agreement_id in agreement_ids), strict=True)
    docket = await store.lock_orders_at(tx, account_ids, point_ids)
    return _Known(homes, docket, await store.lock_places(tx, point_ids))
