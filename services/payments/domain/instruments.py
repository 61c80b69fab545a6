"""Checks and money orders, screened before the cashier accepts them (rulebook 6)."""

from dataclasses import dataclass
from datetime import date, timedelta

from services.payments.domain import words
from services.payments.domain.policies import Policy
from shared.errors import Conflict, Invalid
from shared.events.payments import Tender

_PAPER = (Tender.CHECK, Tender.MONEY_ORDER)


class InstrumentIncomplete(Invalid):
    """A check or money order is taken with its number, its date and the payee that stands on it."""

    remedy = "Type what is named from the face of the check or money order."


class InstrumentNotExpected(Invalid):
    """Only a check or a money order has a number, a date, a payee and an amount in words."""

    remedy = "Leave the field out, or choose check or money_order as the tender."


class ApprovalNotExpected(Invalid):
    """Only a card has an approval code."""

    remedy = "Leave approval_code out, or choose card as the tender."


class CheckPostDated(Conflict):
    """A check is not taken before the day that is written on it."""

    remedy = "Ask for one with today's date."


class CheckStale(Conflict):
    """A check older than six months need not be paid by its bank, and is not taken."""

    remedy = "Ask for a new one."


class PayeeIsSomebodyElse(Conflict):
    """A check or money order must be made out to the town."""

    remedy = "Ask for one made out to a name on the counter's list."


@dataclass(frozen=True, slots=True)
class Instrument:
    """What a cashier reads from the face of what was handed over; None where it does not have it."""

    tender: Tender
    number: str | None = None
    dated_on: date | None = None
    payee: str | None = None
    amount_in_words: str | None = None
    approval_code: str | None = None


def screen(instrument: Instrument, amount_cents: int, today: date, policy: Policy) -> None:
    """Nothing to say, or the refusal that the cashier tells the customer.

    Raises InstrumentIncomplete, InstrumentNotExpected, ApprovalNotExpected, CheckPostDated, CheckStale,
    PayeeIsSomebodyElse, AmountInWordsUnreadable, WordsAndFiguresDiffer.
    Source: N.J.S.A. 12A:4-404 (stale after six months), 12A:3-113 (post-dated), 12A:3-114 (words and figures).
    """
    if instrument.approval_code is not None and instrument.tender is not Tender.CARD:
        raise ApprovalNotExpected(field="approval_code")
    face = {
        "instrument_number": instrument.number,
        "instrument_on": instrument.dated_on,
        "payee": instrument.payee,
        "amount_in_words": instrument.amount_in_words,
    }
    if instrument.tender not in _PAPER:
        for field, value in face.items():
            if value is not None:
                raise InstrumentNotExpected(field=field, tender=instrument.tender.value)
        return
    for field in ("instrument_number", "instrument_on", "payee"):
        if face[field] is None:
            raise InstrumentIncomplete(field=field, tender=instrument.tender.value)
    assert instrument.dated_on is not None
    assert instrument.payee is not None
    _check_date(instrument.dated_on, today, policy.check_stale_after_days)
    _check_payee(instrument.payee, policy.payees)
    words.check_words(instrument.amount_in_words, amount_cents)


def _check_date(dated_on: date, today: date, stale_after_days: int) -> None:
    if dated_on > today:
        raise CheckPostDated(field="instrument_on", dated_on=dated_on.isoformat(), today=today.isoformat())
    if today - dated_on > timedelta(days=stale_after_days):
        raise CheckStale(field="instrument_on", dated_on=dated_on.isoformat(), stale_after_days=stale_after_days)


def _check_payee(payee: str, payees: tuple[str, ...]) -> None:
    if payees and _plain(payee) not in {_plain(name) for name in payees}:
        raise PayeeIsSomebodyElse(field="payee", given=payee[:80], accepted=", ".join(payees))


def _plain(name: str) -> str:
    return " ".join(name.casefold().replace(".", " ").replace(",", " ").split())
