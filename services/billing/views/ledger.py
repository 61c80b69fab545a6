"""The ledger as people ask for it: a balance now or on a past day, an account's postings, the trial balance."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.billing.domain.balances import (
    explain_deferred,
    explain_disputed,
    explain_open,
    explain_posting,
    explain_sums,
)
from services.billing.domain.ledger import AccountNotInLedger, DayAhead
from services.billing.views.cursors import after_id
from shared.http import Page, PageRequest
from shared.ids import AccountId, BillId
from shared.postgres import Reader

# A dispute moves no money, but what the balance says of it: being opened and being decided each count.
_VERSION = """
r.version + (SELECT count(*) + count(d.decided_at) FROM disputes d WHERE d.account_id = r.account_id) AS version
"""
_NOW = f"""
SELECT {_VERSION}, r.balance_cents,
    (SELECT sum(deferred_cents) FROM budget_plan_postings m WHERE m.account_id = r.account_id)::bigint AS deferred,
    (SELECT jsonb_agg(jsonb_build_array(c.bill_id, c.service, c.due_on, c.amount_cents, c.open_cents,
        least(c.open_cents, c.disputed_cents)) ORDER BY c.due_on, c.bill_id, c.charge_id)
     FROM charges c WHERE c.account_id = r.account_id AND c.open_cents > 0) AS charges
FROM receivables r WHERE r.account_id = $1
"""
_AS_OF = f"""
WITH moved AS MATERIALIZED (
    SELECT e.posting_id, e.charge_id, e.amount_cents FROM entries e WHERE e.account_id = $1 AND e.effective_on <= $2
)
SELECT {_VERSION}, (SELECT coalesce(sum(amount_cents), 0) FROM moved)::bigint AS balance_cents,
    (SELECT sum(deferred_cents) FROM budget_plan_postings m WHERE m.account_id = $1 AND m.effective_on <= $2)::bigint
        AS deferred,
    (SELECT jsonb_object_agg(kind, cents) FROM (
        SELECT p.kind, sum(m.amount_cents) AS cents FROM moved m JOIN postings p USING (posting_id) GROUP BY p.kind) k
    ) AS by_kind,
    (SELECT jsonb_agg(jsonb_build_array(bill_id, service, due_on, amount_cents, open_cents, 0)
        ORDER BY due_on, bill_id, charge_id) FROM (
        SELECT c.charge_id, c.bill_id, c.service, c.due_on, c.amount_cents, sum(m.amount_cents) AS open_cents
        FROM moved m JOIN charges c USING (charge_id) GROUP BY c.charge_id HAVING sum(m.amount_cents) <> 0) o
    ) AS charges
FROM receivables r WHERE r.account_id = $1
"""
_POSTINGS = """
SELECT p.posting_id, p.kind, p.effective_on, p.posted_at, p.posted_by, p.reverses,
    (SELECT jsonb_agg(jsonb_build_array(e.book, e.service, c.bill_id, c.due_on, e.amount_cents) ORDER BY e.n)
     FROM entries e LEFT JOIN charges c USING (charge_id) WHERE e.posting_id = p.posting_id) AS entries
FROM postings p
WHERE p.account_id = $1 AND ($2::uuid IS NULL OR p.posting_id < $2) ORDER BY p.posting_id DESC LIMIT $3
"""
_NAMED = """
SELECT p.posting_id, p.kind, p.effective_on, p.posted_at, p.posted_by, p.reverses,
    (SELECT jsonb_agg(jsonb_build_array(e.book, e.service, c.bill_id, c.due_on, e.amount_cents) ORDER BY e.n)
     FROM entries e LEFT JOIN charges c USING (charge_id) WHERE e.posting_id = p.posting_id) AS entries
FROM postings p WHERE p.posting_id = $1
"""
_TRIAL = """
SELECT (SELECT coalesce(jsonb_agg(jsonb_build_array(book, service, debit, credit) ORDER BY book, service), '[]') FROM (
        SELECT book, service, coalesce(sum(amount_cents) FILTER (WHERE amount_cents > 0), 0) AS debit,
            coalesce(-sum(amount_cents) FILTER (WHERE amount_cents < 0), 0) AS credit
        FROM entries WHERE effective_on <= $1 GROUP BY book, service) b) AS lines,
    (SELECT coalesce(sum(balance_cents), 0) FROM receivables)::bigint AS accounts_cents,
    (SELECT coalesce(sum(amount_cents), 0) FROM entries WHERE book = 'receivable')::bigint AS control_cents,
    (SELECT coalesce(sum(deferred_cents), 0) FROM budget_plan_postings)::bigint AS plans_cents,
    (SELECT coalesce(sum(amount_cents), 0) FROM entries WHERE book = 'budget')::bigint AS deferred_cents
"""


class OpenCharge(BaseModel):
    """What one bill asks for one service and is not paid."""

    bill_id: BillId
    service: str
    due_on: date
    amount_cents: int
    open_cents: int
    disputed_cents: int = Field(0, description="What of the open part is disputed, now; not known of a past day.")


class Balance(BaseModel):
    """What an account owes, and why. Negative is a credit in the customer's favor."""

    account_id: AccountId
    as_of: date
    balance_cents: int
    past_due_cents: int = Field(description="What is disputed is not past due.")
    disputed_cents: int = Field(0, description="Open, and held by a dispute.")
    credit_cents: int = Field(description="Paid beyond all bills; negative where refunded money was taken back.")
    deferred_cents: int = Field(0, description="Put off by budget plans, no part of the balance; ahead is negative.")
    charges: list[OpenCharge]
    why: list[str]
    version: int = Field(description="How often it changed: by a posting, or by a dispute.")


class EntryView(BaseModel):
    """One side of a posting: debit positive, credit negative."""

    book: str
    service: str | None
    bill_id: BillId | None
    amount_cents: int


class PostingView(BaseModel):
    """What moved at once, and why."""

    posting_id: UUID
    kind: str
    effective_on: date
    posted_at: datetime
    posted_by: str
    reverses: UUID | None
    amount_cents: int = Field(description="What it did to the balance.")
    why: str
    entries: list[EntryView]


class TrialLine(BaseModel):
    """A book's two sides."""

    book: str
    service: str | None
    debit_cents: int
    credit_cents: int


class TrialBalance(BaseModel):
    """The sum of everything: debits equal credits, and the accounts together equal the control account."""

    through: date
    lines: list[TrialLine]
    debit_cents: int
    credit_cents: int
    accounts_cents: int = Field(description="The sum of all accounts' balances, now.")
    control_cents: int = Field(description="The receivable book, now.")
    plans_cents: int = Field(0, description="The sum of all budget plans' balances, now.")
    deferred_cents: int = Field(0, description="The budget book, now.")
    difference_cents: int = Field(description="What does not tie: zero, or something is wrong.")


async def find_balance(reader: Reader, account_id: AccountId, as_of: date | None) -> Balance:
    """What an account owes now, or owed at the end of a past day. Raises AccountNotInLedger, DayAhead."""
    if as_of is not None and as_of > reader.today:
        raise DayAhead(field="as_of", as_of=as_of, today=reader.today)
    row = await reader.fetchrow(*((_NOW, account_id) if as_of is None else (_AS_OF, account_id, as_of)))
    if row is None:
        raise AccountNotInLedger(field="account_id", account_id=account_id)
    day = as_of or reader.today
    charges = [
        OpenCharge(
            bill_id=bill_id, service=service, due_on=due_on, amount_cents=amount, open_cents=left, disputed_cents=held
        )
        for bill_id, service, due_on, amount, left, held in row["charges"] or ()
    ]
    credit_cents = sum(one.open_cents for one in charges) - row["balance_cents"]
    open_now = [(one.service, one.due_on, one.amount_cents, one.open_cents) for one in charges]
    disputed_cents = sum(one.disputed_cents for one in charges)
    deferred_cents = row["deferred"] or 0
    sums = [] if as_of is None else explain_sums(row["by_kind"] or {}, as_of)
    return Balance(
        account_id=account_id, as_of=day, balance_cents=row["balance_cents"],
        past_due_cents=sum(one.open_cents - one.disputed_cents for one in charges if one.due_on < day),
        disputed_cents=disputed_cents, credit_cents=credit_cents, deferred_cents=deferred_cents, charges=charges,
        why=[
            *sums, *explain_open(open_now, credit_cents, day), *explain_disputed(disputed_cents),
            *explain_deferred(deferred_cents),
        ],
        version=row["version"],
    )  # fmt: skip


async def list_postings(reader: Reader, account_id: AccountId, page: PageRequest) -> Page[PostingView]:
    """An account's postings, newest first, each with where its money went."""
    rows = await reader.fetch(_POSTINGS, account_id, after_id(page), page.limit)
    return Page[PostingView].of([_posting(row) for row in rows], page, key=lambda one: [one.posting_id])


async def find_posting(reader: Reader, posting_id: UUID | None) -> PostingView | None:
    """What a correction did on the ledger; None while it did nothing there."""
    row = None if posting_id is None else await reader.fetchrow(_NAMED, posting_id)
    return None if row is None else _posting(row)


async def find_trial_balance(reader: Reader, through: date | None) -> TrialBalance:
    """The trial balance through a day."""
    day = through or reader.today
    row = await reader.fetchrow(_TRIAL, day)
    lines = [
        TrialLine(book=book, service=service, debit_cents=debit, credit_cents=credit)
        for book, service, debit, credit in row["lines"]
    ]
    accounts_off = abs(row["accounts_cents"] - row["control_cents"])
    plans_off = abs(row["plans_cents"] - row["deferred_cents"])
    debit_cents, credit_cents = sum(line.debit_cents for line in lines), sum(line.credit_cents for line in lines)
    return TrialBalance(
        through=day, lines=lines, debit_cents=debit_cents, credit_cents=credit_cents,
        accounts_cents=row["accounts_cents"], control_cents=row["control_cents"], plans_cents=row["plans_cents"],
        deferred_cents=row["deferred_cents"],
        difference_cents=abs(debit_cents - credit_cents) + accounts_off + plans_off,
    )  # fmt: skip


def _posting(row: Any) -> PostingView:
    entries = row["entries"] or []
    moved = [
        (service, None if due_on is None else date.fromisoformat(due_on), cents)
        for book, service, _, due_on, cents in entries
        if book == "receivable"
    ]
    total_cents = sum(cents for _, _, cents in moved)
    return PostingView(
        posting_id=row["posting_id"], kind=row["kind"], effective_on=row["effective_on"], posted_at=row["posted_at"],
        posted_by=row["posted_by"], reverses=row["reverses"], amount_cents=total_cents,
        why=explain_posting(row["kind"], moved),
        entries=[
            EntryView(book=book, service=service, bill_id=bill_id, amount_cents=cents)
            for book, service, bill_id, _, cents in entries
        ],
    )  # fmt: skip
