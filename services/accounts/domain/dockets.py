"""Dockets: the orders that a command works on, each under its account, and what is told of them in the end."""

from dataclasses import dataclass, field, replace

from services.accounts.domain.accounts import Account, numbered
from services.accounts.domain.asks import Ask
from services.accounts.domain.kinds import WorkKind
from services.accounts.domain.orders import Order
from shared.errors import NotFound, Stale
from shared.events.accounts import AccountsFact
from shared.ids import AccountId, AuthorizationId, OrderId


class OrderUnknown(NotFound):
    """A service order has an id that accounts gave it."""

    remedy = "Read the orders again; take order_id from there."


class OrderChangedSince(Stale):
    """Somebody changed the order since it was read; its history says who and what."""


class AccountChangedSince(Stale):
    """Something was told about the account since it was read."""


class AccountUnknown(NotFound):
    """An account has an id that accounts gave it."""

    remedy = "Search by number, name or address; take account_id from there."


@dataclass(slots=True)
class Docket:
    """Orders by id, as they stand while a set of changes is worked off: each change sees the ones before it."""

    accounts: dict[AccountId, Account]
    orders: dict[OrderId, Order] = field(default_factory=dict)

    def account(self, account_id: AccountId, expected: int | None = None) -> Account:
        """Raises AccountUnknown; with the version that was read, AccountChangedSince."""
        if account_id not in self.accounts:
            raise AccountUnknown(field="account_id", account_id=account_id)
        account = self.accounts[account_id]
        if expected is not None and account.version != expected:
            raise AccountChangedSince(account_id=account_id, version=account.version, expected=expected)
        return account

    def order(self, order_id: OrderId, expected: int | None = None) -> Order:
        """Raises OrderUnknown; with the version that was read, OrderChangedSince."""
        if order_id not in self.orders:
            raise OrderUnknown(field="order_id", order_id=order_id)
        order = self.orders[order_id]
        if expected is not None and order.version != expected:
            raise OrderChangedSince(order_id=order_id, version=order.version, expected=expected)
        return order

    def put(self, order: Order) -> None:
        """The order as it stands now."""
        self.orders[order.order_id] = order

    def authorizations(self, kind: WorkKind) -> dict[AuthorizationId, Order]:
        """The orders of a kind by the authorization that led to them."""
        mine = (order for order in self.orders.values() if order.kind is kind)
        return {order.authorization_id: order for order in mine if order.authorization_id is not None}

    def changed(self) -> list[Order]:
        """The orders that something happened to."""
        return [order for order in self.orders.values() if order.changes]

    def told(self) -> list[AccountsFact]:
        """What is told, each fact with the next version of its account; the accounts count it."""
        said = [fact for order in self.changed() for fact in order.said]
        facts = numbered(said, {account_id: account.version for account_id, account in self.accounts.items()})
        for fact in facts:
            self.accounts[fact.account_id] = replace(self.accounts[fact.account_id], version=fact.version)
        return facts

    def told_about(self) -> list[Account]:
        """The accounts about which something is told."""
        about = {fact.account_id for order in self.changed() for fact in order.said}
        return [self.accounts[account_id] for account_id in sorted(about)]

    def asks(self, *, waiting: bool) -> list[Ask]:
        """The asks of the changed orders that still wait for an answer, or that no longer do."""
        return [ask for order in self.changed() for ask in order.asks if ask.waits is waiting]
