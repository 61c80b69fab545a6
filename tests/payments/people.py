"""The debts and moments that the tests of payments speak of."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from services.payments.domain.debts import Account, Debts, Invoice
from services.payments.domain.payments import Occasion
from shared.ids import AccountId, AccountNumber, InvoiceId, InvoiceNumber, new_id, number_from
from shared.scan_line import Asked, scan_line

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
TODAY = NOW.date()
OCCASION = Occasion(NOW, TODAY, "user:carla")


def account_number(serial: int) -> AccountNumber:
    """The account number for a serial."""
    return AccountNumber(number_from(serial))


def invoice_number(serial: int) -> InvoiceNumber:
    """The invoice number for a serial."""
    return InvoiceNumber(number_from(serial))


@dataclass(frozen=True)
class Person:
    """Somebody with an account at a street."""

    name: str
    account: Account


def person(name: str, serial: int, street: str) -> Person:
    """Somebody whose ids follow from the serial, so that failures read the same each time."""
    return Person(name, Account(AccountId(UUID(int=serial)), account_number(serial), street))


def stub(number: AccountNumber, cents: int = 98_68) -> str:
    """The line on the stub of a bill."""
    return scan_line(Asked(number, cents, date(2026, 4, 1)))


ROSA = person("Rosa Delgado", 1001, "12 Main Street, Springfield NJ 07081")
OMAR = person("Omar Haddad", 1002, "48 Elm Avenue, Springfield NJ 07081")
DOG_LICENSE = Invoice(InvoiceId(UUID(int=9001)), invoice_number(9001), 16_20)

DEBTS = Debts(
    {each.account.account_number: each.account for each in (ROSA, OMAR)},
    {DOG_LICENSE.invoice_number: DOG_LICENSE},
)


def fresh_ids(count: int) -> list[UUID]:
    """Ids as the commands would make them."""
    return [new_id() for _ in range(count)]
