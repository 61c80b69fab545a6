"""Accounts as people look at them: the whole of one, and lists found by what somebody typed."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.accounts.domain.accounts import AccountNotOpenedYet, DayToCome, PersonRole
from services.accounts.domain.dockets import AccountUnknown
from services.accounts.domain.kinds import WorkKind
from services.accounts.domain.nightly import first_moment
from services.accounts.domain.orders import OrderState
from services.accounts.domain.premises import PremiseUse
from services.accounts.views.past import ACCOUNT_ON_DAY
from services.accounts.views.rates import RATES_ON_DAY
from services.accounts.views.services import AGREED, METER, ServiceView
from shared.events.accounts import Commodity
from shared.ids import (
    AccountId,
    AccountNumber,
    OrderId,
    PersonId,
    PremiseId,
    check_number,
)
from shared.postgres import Reader

_ACCOUNT = f"""
SELECT a.account_id, a.account_number, a.holder_id, a.mailing_address, a.billing_cycle, a.opened_on, a.closed_on,
       a.version,
       (SELECT max(x.through_on) FROM protections x
        WHERE x.account_id = a.account_id AND x.from_on <= $2 AND x.through_on >= $2 AND x.ended_on IS NULL
       ) AS protected_through,
       (SELECT to_jsonb(p) - 'address_key' FROM premises p WHERE p.premise_id = a.premise_id) AS premise,
       (SELECT jsonb_agg(jsonb_build_object('person_id', p.person_id, 'name', p.name, 'phone', p.phone,
                                            'email', p.email, 'role', r.role, 'since_on', r.since_on)
                         ORDER BY r.account_person_id)
        FROM account_people r JOIN people p USING (person_id)
        WHERE r.account_id = a.account_id AND r.until_on IS NULL) AS people,
       coalesce((
           SELECT jsonb_agg(jsonb_build_object(
               {AGREED}, 'stopped_on', g.stopped_on, 'stop_reading', g.stop_reading, 'off_since', s.off_since,
               'meter', ({METER} AND i.removed_on IS NULL))
               ORDER BY g.agreement_id)
           FROM service_agreements g JOIN service_points s USING (service_point_id) {RATES_ON_DAY}
           WHERE g.account_id = a.account_id), '[]') AS services,
       coalesce((
           SELECT jsonb_agg(jsonb_build_object(
               'order_id', o.order_id, 'kind', o.kind, 'state', o.state, 'requested_at', o.requested_at,
               'scheduled_on', o.scheduled_on, 'crew', o.crew, 'reason_code', o.reason_code)
               ORDER BY o.order_id)
           FROM service_orders o
           WHERE o.account_id = a.account_id AND o.state NOT IN ('completed', 'cancelled')), '[]') AS open_orders
FROM accounts a
"""


class PremiseView(BaseModel):
    """A place that takes service."""

    premise_id: PremiseId
    street_address: str
    use: PremiseUse
    block: str | None
    lot: str | None
    qualifier: str | None
    version: int


class PersonView(BaseModel):
    """Somebody who has a role in the account."""

    person_id: PersonId
    name: str
    phone: str | None
    email: str | None
    role: PersonRole
    since_on: date


class OpenOrderView(BaseModel):
    """Field work that is not over."""

    order_id: OrderId
    kind: WorkKind
    state: OrderState
    requested_at: datetime
    scheduled_on: date | None
    crew: str | None
    reason_code: str | None


class AccountView(BaseModel):
    """An account with its people, its place, its services and the work that is open on it."""

    account_id: AccountId
    account_number: AccountNumber
    holder_id: PersonId
    mailing_address: str
    billing_cycle: str
    opened_on: date
    closed_on: date | None
    version: int
    protected_through: date | None = Field(description="The last day on which it may not be shut off; null: it may.")
    premise: PremiseView
    people: list[PersonView]
    services: list[ServiceView]
    open_orders: list[OpenOrderView]


class OpenedAgreement(BaseModel):
    """A service of an account that was opened just now; an order turns it on while `started_on` is null."""

    agreement_id: UUID
    service_point_id: UUID
    commodity: Commodity
    started_on: date | None


class OpenedAccount(BaseModel):
    """An account that was opened just now."""

    account_id: AccountId
    account_number: AccountNumber
    premise_id: PremiseId
    services: list[OpenedAgreement]


class OpenedAccounts(BaseModel):
    """The accounts that were opened, in the order in which they were asked for."""

    accounts: list[OpenedAccount]


async def find_account(tx: Reader, account_id: AccountId) -> AccountView:
    """One account. Raises AccountUnknown."""
    return _view(await tx.fetchrow(_ACCOUNT + "WHERE a.account_id = $1", account_id, tx.today), account_id=account_id)


async def find_account_on(tx: Reader, account_id: AccountId, day: date) -> AccountView:
    """One account as it was on a day, by what is known today. Raises AccountUnknown, AccountNotOpenedYet, DayToCome."""
    if day > tx.today:
        raise DayToCome(field="as_of", as_of=day, today=tx.today)
    row = await tx.fetchrow(ACCOUNT_ON_DAY, account_id, day, first_moment(day + timedelta(days=1), tx.zone))
    account = _view(row, account_id=account_id)
    if day < account.opened_on:
        raise AccountNotOpenedYet(field="as_of", as_of=day, opened_on=account.opened_on)
    return account


async def find_account_by_number(tx: Reader, typed: str) -> AccountView:
    """One account by its number, spaces and hyphens forgiven. Raises NumberMistyped, AccountUnknown."""
    number = check_number(typed)
    return _view(await tx.fetchrow(_ACCOUNT + "WHERE a.account_number = $1", number, tx.today), account_number=number)


async def list_opened(tx: Reader, account_ids: list[AccountId]) -> OpenedAccounts:
    """What was made of each account that was asked for, in the same order."""
    rows = await tx.fetch(
        """
        SELECT a.account_id, a.account_number, a.premise_id, coalesce((
            SELECT jsonb_agg(jsonb_build_object('agreement_id', g.agreement_id, 'service_point_id', g.service_point_id,
                                                'commodity', s.commodity, 'started_on', g.started_on)
                             ORDER BY g.agreement_id)
            FROM service_agreements g JOIN service_points s USING (service_point_id)
            WHERE g.account_id = a.account_id), '[]') AS services
        FROM unnest($1::uuid[]) WITH ORDINALITY AS o (account_id, n) JOIN accounts a USING (account_id) ORDER BY o.n
        """,
        account_ids,
    )
    return OpenedAccounts.model_validate({"accounts": [dict(row) for row in rows]})


def _view(row: Any, **asked: Any) -> AccountView:
    if row is None:
        raise AccountUnknown(field=next(iter(asked)), **asked)
    return AccountView.model_validate(dict(row))
