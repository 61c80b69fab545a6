"""Deposits as people look them up: what became of each, and its interest line by line."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, Field

from services.billing.domain.deposits import (
    Ending,
    Kept,
    Line,
    State,
    explain,
    explain_line,
    interest_cents,
    interest_lines,
)
from services.billing.views.cursors import after_id
from shared.http import Page, PageRequest
from shared.ids import AccountId, DepositId, PaymentId
from shared.postgres import Reader

_LIST = """
SELECT d.*, r.due_at AS review_at, (
    SELECT p.body -> 'deposits' -> 'interest_hundredths' FROM policies p
    WHERE p.name = d.pack AND p.effective_on <= $4 ORDER BY p.effective_on DESC LIMIT 1) AS rates, (
    SELECT jsonb_agg(jsonb_build_array(i.credited_on, i.from_on, i.until_on, i.rate_hundredths, i.rate_since)
        ORDER BY i.from_on) FROM deposit_interest i WHERE i.deposit_id = d.deposit_id) AS interest
FROM deposits d LEFT JOIN deadlines r ON r.kind = 'deposit_review' AND r.about = d.deposit_id
WHERE d.account_id = $1 AND ($2::uuid IS NULL OR d.deposit_id < $2) ORDER BY d.deposit_id DESC LIMIT $3
"""


class InterestLine(BaseModel):
    """Interest by one rate."""

    from_on: date
    until_on: date = Field(description="The first day that is not counted.")
    days_count: int
    rate_hundredths: int = Field(description="Of a percent a year: 425 is 4.25 %.")
    why: str = Field(description="Amount x rate x days / 365, before it is rounded.")


class InterestView(BaseModel):
    """Interest that was credited at once, or what was earned since and is not credited yet."""

    credited_on: date | None = Field(description="Null: earned so far.")
    amount_cents: int = Field(description="The sum of the lines, rounded half up once.")
    lines: list[InterestLine]


class DepositView(BaseModel):
    """A deposit, and what became of it."""

    deposit_id: DepositId
    account_id: AccountId
    state: State = Field(description="`refused`: it was more than the law lets the city ask for.")
    amount_cents: int
    reason_code: str
    decided_on: date
    most_cents: int | None = Field(description="That may be asked in all; null where there was no bill to go by.")
    payment_id: PaymentId | None
    received_on: date | None
    received_by: str | None
    next_review_on: date | None
    kept_for: Kept | None = Field(description="Why the last review did not give it back.")
    returned_on: date | None
    returned_for: Ending | None
    interest: list[InterestView]
    why: list[str]


async def list_deposits(reader: Reader, page: PageRequest, account_id: AccountId) -> Page[DepositView]:
    """An account's deposits, newest first; one of which nothing is known has none."""
    rows = await reader.fetch(_LIST, account_id, after_id(page), page.limit, reader.today)
    return Page[DepositView].of([_deposit(row, reader) for row in rows], page, key=lambda one: [one.deposit_id])


def _deposit(row: Any, reader: Reader) -> DepositView:
    interest = _interest(row, reader.today)
    review_at: datetime | None = row["review_at"]
    said = explain(
        row["state"], row["amount_cents"], row["most_cents"], sum(one.amount_cents for one in interest),
        kept_for=row["kept_for"], returned_for=row["returned_for"],
    )  # fmt: skip
    return DepositView(**{
        **row, "interest": interest, "why": said,
        "next_review_on": None if review_at is None else review_at.astimezone(reader.zone).date(),
    })  # fmt: skip


def _interest(row: Mapping[str, Any], today: date) -> list[InterestView]:
    """What was credited, by day, and what a deposit that is kept earned since."""
    credited: dict[date | None, list[Line]] = {}
    for credited_on, from_on, until_on, hundredths, since in row["interest"] or ():
        line = Line(date.fromisoformat(from_on), date.fromisoformat(until_on), hundredths, since)
        credited.setdefault(date.fromisoformat(credited_on), []).append(line)
    if row["state"] == "held" and (lines := interest_lines(row["since_on"], today, row["rates"])):
        credited[None] = lines
    amount_cents = row["amount_cents"]
    return [
        InterestView(
            credited_on=credited_on, amount_cents=interest_cents(amount_cents, lines),
            lines=[_line(amount_cents, line) for line in lines],
        )
        for credited_on, lines in credited.items()
    ]  # fmt: skip


def _line(amount_cents: int, line: Line) -> InterestLine:
    return InterestLine(
        from_on=line.from_on, until_on=line.until_on, days_count=line.days_count,
        rate_hundredths=line.rate_hundredths, why=explain_line(amount_cents, line),
    )  # fmt: skip
