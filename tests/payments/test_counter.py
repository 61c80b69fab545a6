"""At the counter: money is taken for one open debt, with a receipt, or refused with the reason to say."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.payments.domain import books, receipts
from services.payments.domain.addresses import StreetDoesNotMatch
from services.payments.domain.counter import Slip, accept
from services.payments.domain.debts import (
    AccountUnknown,
    Debts,
    InvoiceAlreadyPaid,
    InvoicePaidInFullOnly,
    InvoiceUnknown,
    Named,
    PaymentNamesOneDebt,
    ScanLineNamesAnotherAccount,
)
from services.payments.domain.instruments import CheckStale, Instrument
from services.payments.domain.payments import Payment, Tendered, with_receipts
from services.payments.domain.policies import Policy
from services.payments.domain.reversals import (
    REASONS,
    PaymentAlreadyReversed,
    ReasonDoesNotFitTender,
    ReasonUnknown,
    reverse,
)
from shared.errors import Refusal
from shared.events.payments import Tender
from shared.ids import NumberMistyped, PaymentId
from shared.scan_line import ScanLineMistyped
from tests.payments.people import (
    DEBTS,
    DOG_LICENSE,
    OCCASION,
    OMAR,
    ROSA,
    TODAY,
    account_number,
    fresh_ids,
    invoice_number,
    stub,
)

POLICY = Policy(180, timedelta(minutes=10), ())
CASH = Instrument(Tender.CASH)
ROSAS = Named(account_number=ROSA.account.account_number)
LICENSE = Named(invoice_number=DOG_LICENSE.invoice_number)
ROSAS_STUB = stub(ROSA.account.account_number)
WRONG_DIGIT = f"{ROSAS_STUB[:-1]}{(int(ROSAS_STUB[-1]) + 1) % 10}"


def take(*slips: Slip) -> list[Tendered]:
    outcomes = take_or_refuse(*slips)
    for outcome in outcomes:
        if isinstance(outcome, Refusal):
            raise outcome
    return [each for each in outcomes if isinstance(each, Tendered)]


def take_or_refuse(*slips: Slip, debts: Debts = DEBTS) -> list[Tendered | Refusal]:
    return accept(slips, debts, POLICY, map(PaymentId, fresh_ids(len(slips))), [OCCASION] * len(slips))


def test_rosa_pays_eighty_dollars_in_cash() -> None:
    [taken] = take(Slip(ROSAS, 80_00, CASH, "FRONT"))
    assert (taken.account_id, taken.invoice_id) == (ROSA.account.account_id, None)
    assert (taken.amount_cents, taken.tender, taken.received_on) == (80_00, Tender.CASH, TODAY)
    [payment] = with_receipts([taken], {"FRONT": 17})
    assert payment.receipt_number == "FRONT-00000017"
    assert payment.told.key() == str(ROSA.account.account_id)


@pytest.mark.parametrize(("typed", "cents"), [(None, 98_68), (None, 50_00), (ROSA.account.account_number, 100_00)])
def test_rosas_stub_names_her_account_whatever_she_pays_of_it(typed: str | None, cents: int) -> None:
    [taken] = take(Slip(Named(typed, None, f" {ROSAS_STUB} "), cents, CASH, "FRONT"))
    assert (taken.account_id, taken.amount_cents) == (ROSA.account.account_id, cents)


@pytest.mark.parametrize(
    ("slip", "refusal", "field"),
    [
        (Slip(Named(), 80_00, CASH, "A"), PaymentNamesOneDebt, "account_number"),
        (Slip(replace(ROSAS, invoice_number=LICENSE.invoice_number), 1, CASH, "A"), PaymentNamesOneDebt,
         "invoice_number"),
        (Slip(Named(account_number="1234567890"), 1, CASH, "A"), NumberMistyped, "account_number"),
        (Slip(Named(scan_line=WRONG_DIGIT), 1, CASH, "A"), ScanLineMistyped, "scan_line"),
        (Slip(Named(scan_line=ROSAS_STUB[:-2]), 1, CASH, "A"), ScanLineMistyped, "scan_line"),
        (Slip(Named(OMAR.account.account_number, None, ROSAS_STUB), 1, CASH, "A"), ScanLineNamesAnotherAccount,
         "scan_line"),
        (Slip(Named("1234567890", None, ROSAS_STUB), 1, CASH, "A"), NumberMistyped, "account_number"),
        (Slip(Named(scan_line=stub(account_number(77))), 1, CASH, "A"), AccountUnknown, "scan_line"),
        (Slip(Named(None, LICENSE.invoice_number, ROSAS_STUB), 1, CASH, "A"), PaymentNamesOneDebt, "invoice_number"),
        (Slip(Named(invoice_number="0000090015"), 1, CASH, "A"), NumberMistyped, "invoice_number"),
        (Slip(Named(account_number=account_number(77)), 1, CASH, "A"), AccountUnknown, "account_number"),
        (Slip(Named(invoice_number=invoice_number(77)), 1, CASH, "A"), InvoiceUnknown, "invoice_number"),
        (Slip(LICENSE, 16_19, CASH, "A"), InvoicePaidInFullOnly, "amount_cents"),
        (Slip(LICENSE, 16_21, CASH, "A"), InvoicePaidInFullOnly, "amount_cents"),
        (Slip(ROSAS, 1, CASH, "A", "48 Elm Avenue"), StreetDoesNotMatch, "street_address"),
        (Slip(ROSAS, 1, Instrument(Tender.CHECK, "1", TODAY - timedelta(days=200), "Town"), "A"), CheckStale,
         "instrument_on"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_said_with_its_field(slip: Slip, refusal: type[Refusal], field: str) -> None:
    with pytest.raises(refusal) as told:
        take(slip)
    assert told.value.field == field
    assert told.value.remedy


def test_a_closed_account_still_pays_its_debt() -> None:
    closed = replace(ROSA.account, closed_on=TODAY - timedelta(days=400))
    debts = replace(DEBTS, accounts={closed.account_number: closed})
    [taken] = take_or_refuse(Slip(ROSAS, 5, CASH, "A"), debts=debts)
    assert isinstance(taken, Tendered)


def test_an_invoice_is_not_paid_twice_in_one_set_either() -> None:
    take(Slip(LICENSE, 16_20, CASH, "A"))
    with pytest.raises(InvoiceAlreadyPaid):
        take(Slip(LICENSE, 16_20, CASH, "A"), Slip(LICENSE, 16_20, CASH, "A"))


def test_two_payments_on_one_account_in_one_set_both_count() -> None:
    assert [each.amount_cents for each in take(Slip(ROSAS, 1, CASH, "A"), Slip(ROSAS, 2, CASH, "A"))] == [1, 2]


@given(series=st.lists(st.sampled_from(["FRONT", "BACK", "LOCKBOX"]), max_size=40), before=st.integers(0, 10**6))
def test_receipts_count_on_without_gaps_in_every_series(series: list[str], before: int) -> None:
    last = {each: before + series.count(each) for each in set(series)}
    numbers = receipts.numbers(series, last)
    for each in set(series):
        mine = [number for number, of in zip(numbers, series, strict=True) if of == each]
        assert mine == [receipts.number(each, before + n) for n in range(1, len(mine) + 1)]


def paid_by(tender: Tender) -> Payment:
    [payment] = with_receipts(take(Slip(ROSAS, 80_00, CASH, "FRONT")), {"FRONT": 1})
    return replace(payment, tender=tender)


@pytest.mark.parametrize(
    ("tender", "reason", "refusal"),
    [
        (Tender.CHECK, "R01", None),
        (Tender.LOCKBOX, "R08", None),
        (Tender.CARD, "chargeback", None),
        (Tender.CASH, "entered_in_error", None),
        (Tender.CASH, "R01", ReasonDoesNotFitTender),
        (Tender.CASH, "chargeback", ReasonDoesNotFitTender),
        (Tender.CARD, "returned_check", ReasonDoesNotFitTender),
        (Tender.CHECK, "because", ReasonUnknown),
    ],
)
def test_a_payment_is_taken_back_for_a_reason_that_fits(
    tender: Tender, reason: str, refusal: type[Refusal] | None
) -> None:
    payment = paid_by(tender)
    if refusal:
        with pytest.raises(refusal):
            reverse(payment, reason, None, (), OCCASION)
        return
    reversal = reverse(payment, reason, "as the bank said", (), OCCASION)
    assert reversal.told.reason_code == reason
    assert "as the bank said" not in reversal.told.model_dump_json()


def test_a_payment_is_taken_back_once() -> None:
    payment = paid_by(Tender.CHECK)
    with pytest.raises(PaymentAlreadyReversed):
        reverse(payment, "R01", None, {payment.payment_id}, OCCASION)


def test_every_reason_has_words_and_fits_some_tender() -> None:
    assert all(words and tenders for words, tenders in REASONS.values())


@given(
    tenders=st.lists(st.sampled_from(Tender), min_size=1, max_size=20),
    amounts=st.lists(st.integers(1, 10**9), min_size=20, max_size=20),
    countered=st.sets(st.integers(0, 19)),
)
def test_the_own_books_always_sum_to_zero(tenders: list[Tender], amounts: list[int], countered: set[int]) -> None:
    balance: dict[str, int] = {}
    standing = 0
    for n, (tender, amount) in enumerate(zip(tenders, amounts, strict=False)):
        payment = replace(paid_by(tender), amount_cents=amount)
        entries = [books.posting(payment, TODAY)]
        if n in countered:
            entries.append(books.reversal(payment, TODAY))
        else:
            standing += amount
        for entry in entries:
            balance[entry.debit_book] = balance.get(entry.debit_book, 0) + entry.amount_cents
            balance[entry.credit_book] = balance.get(entry.credit_book, 0) - entry.amount_cents
    assert sum(balance.values()) == 0
    assert -balance[books.CLEARING_ACCOUNTS] == standing
