"""What stands on a bill, word for word, in one language: written once, then drawn as PDF and as HTML alike.

Source: N.J.A.C. 14:3-7.2: begin and end reads with dates, units and kind, how each was obtained, rate code, gross and
net, last day to pay, conversions and factors; rulebook 3.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from services.billing.domain.billers import Biller
from services.billing.domain.explanations import CATALOGS
from services.billing.views.bill_papers.budget import BudgetContent, budget_content
from services.billing.views.bill_papers.facts import Account, BillFacts
from services.billing.views.bill_papers.phrases import phrase
from services.billing.views.bill_papers.use import UseContent, use_content
from services.billing.views.bills import BillView
from shared.money import dollars
from shared.paper import Language, day, short_day
from shared.scan_line import Asked, scan_line

Pairs = tuple[tuple[str, str], ...]

_OBTAINED = {"actual": "actual", "estimated": "estimated", "customer": "customer_read"}


@dataclass(frozen=True, slots=True)
class Charge:
    """One line: what it is, how it was worked out, and what it comes to."""

    label: str
    in_words: str
    amount: str


@dataclass(frozen=True, slots=True)
class Summary:
    """Amounts that add up to the one asked for, the last of them."""

    title: str
    as_of: str
    rows: Pairs
    total: tuple[str, str]
    note: str


@dataclass(frozen=True, slots=True)
class Reads:
    """The reads between which the use lies, below their heads, and what follows from them in words."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    in_words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BillContent:
    """Everything that a bill says. `across` and `notice` are on one that is not to be paid."""

    language: Language
    title: str
    number: str
    services: str
    biller: Biller
    across: str | None
    notice: str | None
    asked: str
    figure: str
    pay_by: str
    who: Pairs
    addressee: tuple[str, ...]
    summary: Summary
    reads: Reads
    charges: tuple[Charge, ...]
    by_service: Pairs
    totals: Pairs
    budget: BudgetContent | None
    use: UseContent | None
    ways_to_pay: tuple[str, ...]
    notices: tuple[str, ...]
    contacts: Pairs
    stub: Pairs
    scan: str | None

    def say(self, name: str, **facts: object) -> str:
        """A phrase in the bill's language."""
        return phrase(name, self.language, **facts)


def bill_content(facts: BillFacts, language: Language) -> BillContent:
    """Put a bill into words."""
    say = partial(phrase, language=language)
    bill, biller = facts.bill, facts.biller
    asked, pay_by = _asked(facts, language)
    return BillContent(
        language=language,
        title=say("title_of", number=bill.account_number, day=day(facts.account.as_of, language)),
        number=f"{say('bill_number')} {bill.bill_id}",
        services=" · ".join(say(service) for service in _by_service(bill)),
        biller=biller,
        across=None if bill.state == "issued" else say(bill.state),
        notice=None if bill.state == "issued" else say(f"{bill.state}_notice"),
        asked=asked,
        figure=dollars(abs(facts.account.due_cents)),
        pay_by=pay_by,
        who=tuple(_who(bill, language)),
        addressee=(bill.holder_name, *(part.strip() for part in bill.mailing_address.split(",", 1))),
        summary=_summary(facts.account, language, on_plan=bill.budget is not None),
        reads=_reads(facts, language),
        charges=tuple(
            Charge(line.label, line.in_words.removeprefix(f"{line.label}: "), dollars(line.amount_cents))
            for line in bill.lines
        ),
        by_service=tuple((say(service), dollars(cents)) for service, cents in _by_service(bill).items()),
        totals=_totals(bill, language),
        budget=budget_content(facts, language),
        use=use_content(facts, language),
        ways_to_pay=tuple(getattr(biller.ways_to_pay, language)),
        notices=tuple(getattr(biller.notices, language)),
        contacts=_contacts(biller, language),
        stub=_stub(facts, language),
        scan=_scan(facts),
    )


def _asked(facts: BillFacts, language: Language) -> tuple[str, str]:
    """What the figure is, and until when it is to be paid."""
    due_cents, due_on = facts.account.due_cents, facts.bill.due_on
    head = phrase("amount_due" if due_cents >= 0 else "credit_balance", language)
    if due_on is None or facts.bill.state != "issued":
        return head, phrase("not_yet_due", language) if due_on is None else phrase(facts.bill.state, language)
    if due_cents <= 0:
        return head, phrase("nothing_to_pay", language)
    return head, phrase("pay_by", language, day=day(due_on, language))


def _who(bill: BillView, language: Language) -> Iterator[tuple[str, str]]:
    say = partial(phrase, language=language)
    yield say("account_number"), _spaced(bill.account_number)
    yield say("customer"), bill.holder_name
    yield say("service_address"), bill.service_address
    yield (
        say("service_period"),
        say(
            "period_of_one" if bill.days_count == 1 else "period", days=bill.days_count,
            start=short_day(bill.period_start_on, language), end=short_day(bill.period_end_on, language),
        ),
    )  # fmt: skip
    yield say("rate_code"), bill.rate_code
    if bill.issued_on is not None:
        yield say("issued_on"), day(bill.issued_on, language)
    if bill.due_on is not None:
        yield say("last_day"), day(bill.due_on, language)


def _summary(account: Account, language: Language, *, on_plan: bool) -> Summary:
    say = partial(phrase, language=language)
    moved = [
        ("payments", account.payments_cents),
        ("returned", account.returned_cents),
        ("adjustments", account.adjustments_cents),
        ("other_bills", account.other_bills_cents),
        ("true_up", account.true_up_cents),
    ]
    always = {"payments"}
    rows = [
        (say("previous_balance"), dollars(account.previous_cents)),
        *((say(name), dollars(cents)) for name, cents in moved if cents or name in always),
        (say("budget_amount" if on_plan else "this_bill"), dollars(account.this_cents)),
    ]
    total = (say("amount_due" if account.due_cents >= 0 else "credit_balance"), dollars(abs(account.due_cents)))
    notes = (("plan_see_behind", on_plan), ("pay_once", account.other_bills_cents))
    note = " ".join(say(name) for name, holds in notes if holds)
    return Summary(say("summary"), say("as_of", day=day(account.as_of, language)), tuple(rows), total, note)


def _reads(facts: BillFacts, language: Language) -> Reads:
    say, bill = partial(phrase, language=language), facts.bill
    heads = tuple(say(name) for name in ("meter", "reading", "date", "obtained", "units"))
    if facts.meter is None:
        return Reads(heads, (), (bill.use_in_words,))
    unit = CATALOGS[language].unit_of(facts.meter.unit)
    rows = tuple(
        (f"{read.serial} {say(which).lower()}".strip(), f"{read.value:,}", short_day(read.read_on, language),
         say(_OBTAINED[read.quality]), unit)
        for pair in facts.meter.reads for which, read in zip(("began", "ended"), pair, strict=True)
    )  # fmt: skip
    return Reads(heads, rows, tuple(_in_words(facts, language)))


def _in_words(facts: BillFacts, language: Language) -> Iterator[str]:
    """How the dials became the quantity: the difference, the multiplier, the conversions, what was estimated."""
    say, catalog, meter = partial(phrase, language=language), CATALOGS[language], facts.meter
    yield facts.bill.use_in_words
    if meter is not None and meter.multiplier != 1:
        yield say("multiplied", multiplier=meter.multiplier)
    if meter is not None and meter.unit != facts.bill.unit:
        yield say("converted", metered=catalog.unit_of(meter.unit), billed=catalog.unit_of(facts.bill.unit))
    for factor, to in facts.conversions:
        yield say("factor", unit=facts.bill.unit, factor=factor, to=catalog.unit_of(to))
    if facts.period.estimated:
        yield say("estimated_notice")


def _by_service(bill: BillView) -> dict[str, int]:
    sums: dict[str, int] = {}
    for line in bill.lines:
        sums[line.service] = sums.get(line.service, 0) + line.amount_cents
    return sums


def _totals(bill: BillView, language: Language) -> Pairs:
    gross_cents = sum(line.amount_cents for line in bill.lines if line.amount_cents > 0)
    amounts = (("gross", gross_cents), ("credits", bill.total_cents - gross_cents), ("net", bill.total_cents))
    return tuple((phrase(name, language), dollars(cents)) for name, cents in amounts)


def _contacts(biller: Biller, language: Language) -> Pairs:
    hours: str = getattr(biller.hours, language)
    known = (
        ("phone", biller.phone), ("hours", hours), ("emergency", biller.emergency_phone),
        ("web_page", biller.web_page), ("address", ", ".join(biller.address)),
    )  # fmt: skip
    return tuple((phrase(name, language), value) for name, value in known)


def _stub(facts: BillFacts, language: Language) -> Pairs:
    bill = facts.bill
    said = [("account_number", _spaced(bill.account_number)), ("customer", bill.holder_name)]
    if bill.due_on is not None:
        said.append(("last_day", day(bill.due_on, language)))
    said.append(("amount_due", dollars(max(facts.account.due_cents, 0))))
    return tuple((phrase(name, language), value) for name, value in said)


def _scan(facts: BillFacts) -> str | None:
    """The line for the machine, on a bill that is to be paid."""
    if facts.bill.state != "issued" or facts.bill.due_on is None:
        return None
    return scan_line(Asked(facts.bill.account_number, max(facts.account.due_cents, 0), facts.bill.due_on))


def _spaced(number: str) -> str:
    """As people read it aloud: three, three and four digits."""
    return f"{number[:3]} {number[3:6]} {number[6:]}"
