"""Checks and money orders are screened before the cashier accepts them."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from services.payments.domain.addresses import StreetDoesNotMatch, check_street, same_street
from services.payments.domain.instruments import (
    ApprovalNotExpected,
    CheckPostDated,
    CheckStale,
    Instrument,
    InstrumentIncomplete,
    InstrumentNotExpected,
    PayeeIsSomebodyElse,
    screen,
)
from services.payments.domain.policies import Policy, PolicyBreaksLaw, policy_from
from services.payments.domain.words import WordsAndFiguresDiffer
from shared.errors import Refusal
from shared.events.payments import Tender

TODAY = date(2026, 3, 2)
POLICY = Policy(180, timedelta(minutes=10), ("Township of Curbstop", "Curbstop Water"))
CHECK = Instrument(Tender.CHECK, "1041", date(2026, 2, 27), "Curbstop Water", "Fifty and no/100")


@pytest.mark.parametrize(
    ("change", "refusal", "field"),
    [
        ({}, None, None),
        ({"tender": Tender.MONEY_ORDER}, None, None),
        ({"payee": "township of CURBSTOP."}, None, None),
        ({"dated_on": TODAY}, None, None),
        ({"dated_on": TODAY + timedelta(days=1)}, CheckPostDated, "instrument_on"),
        ({"dated_on": TODAY - timedelta(days=180)}, None, None),
        ({"dated_on": TODAY - timedelta(days=181)}, CheckStale, "instrument_on"),
        ({"payee": "Curbstop Electric"}, PayeeIsSomebodyElse, "payee"),
        ({"number": None}, InstrumentIncomplete, "instrument_number"),
        ({"dated_on": None}, InstrumentIncomplete, "instrument_on"),
        ({"payee": None}, InstrumentIncomplete, "payee"),
        ({"amount_in_words": None}, None, None),
        ({"amount_in_words": "Five and no/100"}, WordsAndFiguresDiffer, "amount_in_words"),
        ({"approval_code": "A1"}, ApprovalNotExpected, "approval_code"),
        ({"tender": Tender.CASH}, InstrumentNotExpected, "instrument_number"),
        ({"tender": Tender.CARD, "number": None}, InstrumentNotExpected, "instrument_on"),
    ],
)
def test_a_check_is_screened(change: dict[str, Any], refusal: type[Refusal] | None, field: str | None) -> None:
    instrument = replace(CHECK, **change)
    if refusal is None:
        screen(instrument, 50_00, TODAY, POLICY)
        return
    with pytest.raises(refusal) as told:
        screen(instrument, 50_00, TODAY, POLICY)
    assert told.value.field == field


def test_cash_and_cards_have_no_face_to_read() -> None:
    screen(Instrument(Tender.CASH), 50_00, TODAY, POLICY)
    screen(Instrument(Tender.CARD, approval_code="08831C"), 50_00, TODAY, POLICY)


def test_without_a_list_of_payees_the_cashier_judges() -> None:
    screen(replace(CHECK, payee="Anybody"), 50_00, TODAY, replace(POLICY, payees=()))


@pytest.mark.parametrize(
    ("typed", "known", "same"),
    [
        ("12 Main St", "12 Main Street, Springfield NJ 07081", True),
        ("12 MAIN STREET", "12 Main St", True),
        ("12 Main", "12 Main St", True),
        ("7 O'Hara Ave. Apt 2", "7 Ohara Avenue, Unit 2", True),
        ("12 Main St", "112 Main St", False),
        ("12 Main Ave", "12 Main St", False),
        ("12 Main St Springfield", "12 Main St", False),
        ("--", "12 Main St", False),
    ],
)
def test_a_street_is_the_same_however_it_is_abbreviated(typed: str, known: str, same: bool) -> None:
    assert same_street(typed, known) is same
    if same:
        check_street(typed, known)
    else:
        with pytest.raises(StreetDoesNotMatch):
            check_street(typed, known)
    check_street(None, known)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"check_stale_after_days": 184}, "check_stale_after_days"),
        ({"check_stale_after_days": 0}, "check_stale_after_days"),
        ({"confirmation_good_for_minutes": 61}, "confirmation_good_for_minutes"),
        ({"confirmation_good_for_minutes": 0}, "confirmation_good_for_minutes"),
    ],
)
def test_a_policy_beyond_the_law_is_refused(change: dict[str, int], field: str) -> None:
    body = {"check_stale_after_days": 180, "confirmation_good_for_minutes": 10, "payees": ["Town"]}
    assert policy_from(body) == Policy(180, timedelta(minutes=10), ("Town",))
    with pytest.raises(PolicyBreaksLaw) as told:
        policy_from(body | change)
    assert told.value.field == field
    assert told.value.facts["law"]
