"""What money can be for: the debt of an account, or one invoice, which is paid once and in full."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from shared.errors import Conflict, Invalid, NotFound
from shared.ids import AccountId, AccountNumber, InvoiceId, InvoiceNumber, NumberMistyped, PaymentId, check_number


class PaymentNamesOneDebt(Invalid):
    """A payment is for an account or for an invoice: one of them, never both."""

    remedy = "Send account_number or invoice_number, and make a second payment for the other."


class AccountUnknown(NotFound):
    """No account has this number."""

    remedy = "Find the account by name or address, and use its number."


class InvoiceUnknown(NotFound):
    """No invoice has this number."""

    remedy = "Read the number from the invoice; an application has none before it is approved."


class InvoiceAlreadyPaid(Conflict):
    """An invoice is paid exactly once."""

    remedy = "Give the money back, or take it for another invoice."


class InvoiceCalledBack(Conflict):
    """No money is taken for an invoice whose application was withdrawn."""

    remedy = "Give the money back; a new application gets an invoice of its own."


class InvoicePaidInFullOnly(Conflict):
    """An invoice is paid in full: not in part, and not with more than it asks."""

    remedy = "Take exactly the amount that the invoice asks."


@dataclass(frozen=True, slots=True)
class Account:
    """An account as payments knows it. A closed one still pays its debt."""

    account_id: AccountId
    account_number: AccountNumber
    service_address: str
    closed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice as payments knows it, and the payment that stands for it."""

    invoice_id: InvoiceId
    invoice_number: InvoiceNumber
    amount_cents: int
    settled_by: PaymentId | None = None
    cancelled_on: date | None = None


Debt = Account | Invoice


@dataclass(frozen=True, slots=True)
class Named:
    """The debt that somebody names, as it was typed or sent."""

    account_number: str | None = None
    invoice_number: str | None = None


@dataclass(frozen=True, slots=True)
class Debts:
    """The debts that a set of payments names, locked: nobody else is settling them now."""

    accounts: Mapping[str, Account]
    invoices: Mapping[str, Invoice]

    def settled(self, invoice: Invoice, payment_id: PaymentId) -> "Debts":
        """The same debts with this invoice paid, so that two payments of one set cannot both pay it."""
        paid = replace(invoice, settled_by=payment_id)
        return replace(self, invoices={**self.invoices, invoice.invoice_number: paid})


def readable(number: str | None, field: str) -> str | None:
    """The ten digits of a number whose check digit is right, else None: nothing to look up."""
    if number is None:
        return None
    try:
        return check_number(number, field)
    except NumberMistyped:
        return None


def find_debt(named: Named, amount_cents: int, debts: Debts) -> Debt:
    """The debt that this amount may pay.

    Raises PaymentNamesOneDebt, NumberMistyped, AccountUnknown, InvoiceUnknown, InvoiceAlreadyPaid,
    InvoiceCalledBack, InvoicePaidInFullOnly.
    """
    if (named.account_number is None) == (named.invoice_number is None):
        field = "account_number" if named.account_number is None else "invoice_number"
        raise PaymentNamesOneDebt(field=field)
    if named.account_number is not None:
        account = debts.accounts.get(check_number(named.account_number))
        if account is None:
            raise AccountUnknown(field="account_number", given=named.account_number[:40])
        return account
    assert named.invoice_number is not None
    invoice = debts.invoices.get(check_number(named.invoice_number, "invoice_number"))
    if invoice is None:
        raise InvoiceUnknown(field="invoice_number", given=named.invoice_number[:40])
    if invoice.settled_by is not None:
        raise InvoiceAlreadyPaid(field="invoice_number", payment_id=invoice.settled_by)
    if invoice.cancelled_on is not None:
        raise InvoiceCalledBack(field="invoice_number", cancelled_on=invoice.cancelled_on)
    if amount_cents != invoice.amount_cents:
        raise InvoicePaidInFullOnly(field="amount_cents", given_cents=amount_cents, invoice_cents=invoice.amount_cents)
    return invoice
