"""What money can be for: the debt of an account, or one invoice, which is paid once and in full."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from shared.errors import Conflict, Invalid, NotFound
from shared.ids import AccountId, AccountNumber, InvoiceId, InvoiceNumber, NumberMistyped, PaymentId, check_number
from shared.scan_line import ScanLineMistyped, read_scan_line


class PaymentNamesOneDebt(Invalid):
    """A payment is for an account or for an invoice: one of them, never both."""

    remedy = "Send account_number (or scan_line) or invoice_number, and make a second payment for the other."


class ScanLineNamesAnotherAccount(Conflict):
    """The line of a stub and the account number beside it name the same account."""

    remedy = "Compare both with the bill, and send the one of the account that is to be paid."


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
    scan_line: str | None = None

    @property
    def as_read(self) -> "Named":
        """The same with all that is readable as digits, the account of a stub's line too: to look up and to compare."""
        line = None if self.scan_line is None else "".join(self.scan_line.split())
        account = _number_of(line) if self.account_number is None else self.account_number
        return Named(
            readable(account, "account_number") or account,
            readable(self.invoice_number, "invoice_number") or self.invoice_number,
            line,
        )


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


def _number_of(scan_line: str | None) -> AccountNumber | None:
    if scan_line is None:
        return None
    try:
        return read_scan_line(scan_line).account_number
    except (ScanLineMistyped, NumberMistyped):
        return None


def account_named(named: Named) -> str | None:
    """The account number that was typed, or that stands on the stub; what the stub asks for may be paid in part.

    Raises ScanLineMistyped, NumberMistyped, ScanLineNamesAnotherAccount.
    Source: rulebook 6 (the scan line of the bill's stub has account, amount and a mod-10 check digit).
    """
    if named.scan_line is None:
        return named.account_number
    scanned = read_scan_line(named.scan_line).account_number
    if named.account_number is not None and check_number(named.account_number) != scanned:
        raise ScanLineNamesAnotherAccount(field="scan_line", given=named.account_number[:40], scanned=scanned)
    return scanned


def find_debt(named: Named, amount_cents: int, debts: Debts) -> Debt:
    """The debt that this amount may pay.

    Raises PaymentNamesOneDebt, NumberMistyped, AccountUnknown, InvoiceUnknown, InvoiceAlreadyPaid,
    InvoiceCalledBack, InvoicePaidInFullOnly, and what `account_named` raises.
    """
    account_number = account_named(named)
    if (account_number is None) == (named.invoice_number is None):
        field = "account_number" if account_number is None else "invoice_number"
        raise PaymentNamesOneDebt(field=field)
    if account_number is not None:
        account = debts.accounts.get(check_number(account_number))
        if account is None:
            field = "scan_line" if named.account_number is None else "account_number"
            raise AccountUnknown(field=field, given=account_number[:40])
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
