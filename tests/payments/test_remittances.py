"""Money that arrived elsewhere is posted or suspended, each reference once, and never refused for what it names."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.payments.domain.debts import Debts, InvoiceAlreadyPaid, Named
from services.payments.domain.remittances import (
    Arrival,
    Remittance,
    RemittanceAlreadyPlaced,
    RemittanceReferenceReused,
    Sorted,
    arrival,
    place,
    place_awaited,
    sort_out,
)
from shared.errors import Refusal
from shared.events.payments import Tender
from shared.ids import PaymentId, RemittanceId
from tests.payments.people import DEBTS, DOG_LICENSE, NOW, OCCASION, OMAR, ROSA, TODAY, account_number, fresh_ids, stub

ROSAS = Named(account_number=ROSA.account.account_number)
LICENSE = Named(invoice_number=DOG_LICENSE.invoice_number)
STUB = stub(ROSA.account.account_number)


def came(
    named: Named, reference: str = "LB-1", cents: int = 50_00, received_on: date = TODAY, source: str = "bank"
) -> Arrival:
    return arrival(
        named, source=source, reference=reference, amount_cents=cents, tender=Tender.LOCKBOX, received_on=received_on
    )


def sort(*arrivals: Arrival, taken: dict[tuple[str, str], Arrival] | None = None, debts: Debts = DEBTS) -> Sorted:
    ids = zip(map(RemittanceId, fresh_ids(len(arrivals))), map(PaymentId, fresh_ids(len(arrivals))), strict=True)
    return sort_out(arrivals, taken or {}, debts, ids, OCCASION)


@pytest.mark.parametrize(
    ("each", "reason"),
    [
        (came(ROSAS), None),
        (came(Named(account_number=f" {ROSA.account.account_number[:4]}-{ROSA.account.account_number[4:]} ")), None),
        (came(LICENSE, cents=16_20), None),
        (came(ROSAS, received_on=TODAY - timedelta(days=900)), None),
        (came(ROSAS, received_on=TODAY + timedelta(days=1)), None),
        (came(ROSAS, received_on=TODAY + timedelta(days=2)), "received_in_future"),
        (came(LICENSE, cents=16_19), "invoice_paid_in_full_only"),
        (came(Named(account_number=account_number(77))), "account_unknown"),
        (came(Named(invoice_number=account_number(77))), "invoice_unknown"),
        (came(Named(account_number="call me")), "number_mistyped"),
        (came(Named()), "payment_names_one_debt"),
        (came(Named(scan_line=STUB)), None),
        (came(Named(ROSAS.account_number, None, STUB)), None),
        (came(Named(scan_line=f"{STUB[:-1]}x")), "scan_line_mistyped"),
        (came(Named(scan_line="see letter")), "scan_line_mistyped"),
        (came(Named(OMAR.account.account_number, None, STUB)), "scan_line_names_another_account"),
        (came(Named(scan_line=stub(account_number(77)))), "account_unknown"),
        (came(Named(None, LICENSE.invoice_number, STUB)), "payment_names_one_debt"),
        (came(Named(ROSAS.account_number, LICENSE.invoice_number)), "payment_names_one_debt"),
    ],
)
def test_what_came_is_posted_or_suspended_with_its_reason(each: Arrival, reason: str | None) -> None:
    result = sort(each)
    [remittance] = result.remittances
    assert remittance.reason_code == reason
    assert remittance.state == ("suspended" if reason else "posted")
    assert [taken.received_on for taken in result.tendered] == ([] if reason else [each.received_on])


def test_the_lockbox_sends_one_sum_twice() -> None:
    first = came(ROSAS)
    assert len(sort(first, came(ROSAS)).tendered) == 1
    assert sort(first, taken={first.key: came(ROSAS)}) == Sorted([], [])
    assert came(Named(scan_line=STUB)) == came(Named(scan_line=STUB.replace(" ", ""))), "however it was spaced"


def test_another_sender_may_use_the_same_reference() -> None:
    assert len(sort(came(ROSAS), came(ROSAS, source="online")).tendered) == 2


def test_a_reference_used_for_other_money_is_refused() -> None:
    first = came(ROSAS)
    for taken, arrivals in (({}, [first, came(ROSAS, cents=1)]), ({first.key: first}, [came(LICENSE)])):
        with pytest.raises(RemittanceReferenceReused) as told:
            sort(*arrivals, taken=taken)
        assert told.value.field == "reference"


def test_an_invoice_paid_twice_in_one_file_is_paid_by_the_first() -> None:
    result = sort(came(LICENSE, "1", 16_20), came(LICENSE, "2", 16_20))
    assert [each.reason_code for each in result.remittances] == [None, "invoice_already_paid"]


@given(st.lists(st.tuples(st.sampled_from("ABCD"), st.sampled_from([ROSAS, LICENSE, Named()])), max_size=20))
def test_every_reference_ends_as_one_remittance_and_no_cent_is_lost(rows: list[tuple[str, Named]]) -> None:
    arrivals = [came(named, reference, 16_20) for reference, named in rows]
    first = {each.key: each for each in reversed(arrivals)}
    try:
        result = sort(*arrivals)
    except Refusal:
        assert any(first[each.key] != each for each in arrivals)
        return
    assert [each.arrival for each in result.remittances] == list(dict.fromkeys(arrivals))
    posted = [each.remittance_id for each in result.remittances if each.state == "posted"]
    assert [taken.remittance_id for taken in result.tendered] == posted
    assert sum(taken.invoice_id is not None for taken in result.tendered) <= 1


def suspended(named: Named, cents: int = 50_00) -> Remittance:
    [remittance_id] = fresh_ids(1)
    long_ago = came(named, cents=cents, received_on=date(2026, 1, 5))
    return Remittance(RemittanceId(remittance_id), long_ago, "suspended", "account_unknown", NOW)


def test_a_clerk_finds_whose_money_it_is_and_it_keeps_its_day() -> None:
    lost = suspended(Named(account_number=account_number(77)))
    placed = place(lost, Named(account_number=OMAR.account.account_number), DEBTS, PaymentId(fresh_ids(1)[0]), OCCASION)
    assert placed.account_id == OMAR.account.account_id
    assert placed.received_on == date(2026, 1, 5)
    assert placed.remittance_id == lost.remittance_id
    with pytest.raises(RemittanceAlreadyPlaced):
        place(replace(lost, state="placed"), ROSAS, DEBTS, PaymentId(fresh_ids(1)[0]), OCCASION)


def test_money_that_came_before_its_invoice_waits_for_it_and_pays_it_once() -> None:
    early = [suspended(LICENSE, 16_20), suspended(LICENSE, 16_20), suspended(LICENSE, 5)]
    placed = place_awaited(early, DEBTS, map(PaymentId, fresh_ids(3)), OCCASION)
    assert [each.remittance_id for each in placed] == [early[0].remittance_id]
    paid = DEBTS.settled(DOG_LICENSE, placed[0].payment_id)
    with pytest.raises(InvoiceAlreadyPaid):
        place(early[1], LICENSE, paid, PaymentId(fresh_ids(1)[0]), OCCASION)
