"""Accounts: who is billed, where, and in which cycle; and the count of what was told about each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TypeVar

from services.accounts.domain.agreements import Agreement
from services.accounts.domain.orders import Order
from shared.errors import Conflict, Invalid, NotFound
from shared.events.accounts import AccountClosed, AccountsFact
from shared.ids import AccountId, AccountNumber, PersonId, PremiseId

Told = TypeVar("Told", bound=AccountsFact)


class PersonRole(StrEnum):
    """What a person is to an account (rulebook 1)."""

    OWNER = "owner"
    TENANT = "tenant"
    AGENT = "agent"
    THIRD_PARTY_NOTICE = "third_party_notice"


class PersonUnknown(NotFound):
    """A person who is named by an id is on record."""

    remedy = "Take person_id from an account; a new person is given by name, and a record is made."


class AccountIsClosed(Conflict):
    """A closed account takes no service and no order."""

    remedy = "Open a new account at the same address."


class AccountNotOpenedYet(NotFound):
    """An account can be asked for as it was on a day from its opening on."""

    remedy = "Ask for the day on which it was opened, or a later one."


class DayToCome(Invalid):
    """What was true can be asked of today and of days that have passed."""

    remedy = "Ask for today or an earlier day; changes to come stand in the histories of names and addresses."


class ServiceStillRuns(Conflict):
    """An account is closed when none of its services runs."""

    remedy = "Order the service turned off; close the account when that is done."


class WorkStillOpen(Conflict):
    """An account is closed when no field work is open on it."""

    remedy = "Complete or cancel the order first."


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody the city deals with."""

    person_id: PersonId
    name: str
    phone: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """An account at a premise; `version` counts what was told about it."""

    account_id: AccountId
    account_number: AccountNumber
    holder_id: PersonId
    premise_id: PremiseId
    mailing_address: str
    billing_cycle: str
    opened_on: date
    closed_on: date | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class Closure:
    """An account that was closed, and what is told of it."""

    account: Account
    fact: AccountClosed


def close(account: Account, agreements: Iterable[Agreement], orders: Iterable[Order], on: date) -> Closure:
    """Close an account on which nothing runs. Raises AccountIsClosed, ServiceStillRuns, WorkStillOpen."""
    check_open(account)
    for agreement in agreements:
        if agreement.runs:
            raise ServiceStillRuns(agreement_id=agreement.agreement_id, commodity=agreement.commodity.value)
    for order in orders:
        if order.is_open:
            raise WorkStillOpen(order_id=order.order_id, kind=order.kind.value, state=order.state.value)
    return Closure(replace(account, closed_on=on), AccountClosed(account_id=account.account_id, closed_on=on))


def check_open(account: Account) -> None:
    """Raises AccountIsClosed."""
    if account.closed_on is not None:
        raise AccountIsClosed(account_number=account.account_number, closed_on=account.closed_on)


def numbered(facts: Iterable[Told], versions: Mapping[AccountId, int]) -> list[Told]:
    """The facts in their order, each with the next version of its account, so that a hearer sees a stale one."""
    last = dict(versions)
    told = []
    for fact in facts:
        last[fact.account_id] = last.get(fact.account_id, 0) + 1
        told.append(fact.model_copy(update={"version": last[fact.account_id]}))
    return told
