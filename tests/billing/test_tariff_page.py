"""The page on tariffs: every example on it is read as it stands and makes the bill that is printed beside it."""

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import get_args

import pytest

from services.billing.domain.circumstances import Circumstances, Demand, PastUse, Period
from services.billing.domain.exact import Exact
from services.billing.domain.rating import rate
from services.billing.domain.tariffs import Tariff, read_document, tariff_from
from services.billing.domain.tariffs.tariff import Component
from shared.money import cents_from, dollars
from tests.sources import ROOT

PAGE = (ROOT / "docs/tariffs.md").read_text("utf-8")
EXAMPLES = re.findall(r"^## \d\. (.*?)\n\n(.*?)```yaml\n(.*?)```", PAGE, re.DOTALL | re.MULTILINE)
BEGINS = date(2026, 2, 1)
MONTH = Circumstances(Exact(10), Period(BEGINS, BEGINS + timedelta(days=30)))
WINTER = tuple(
    PastUse(date(2025, 12, 20) + timedelta(days=31 * n), Exact(used), "gal")
    for n, used in enumerate((7000, 6800))
)  # fmt: skip
BILLS = {
    "nyc": MONTH,
    "seymour-winter": replace(MONTH, quantity=Exact(1200)),
    "longview-sewer": replace(
        MONTH, quantity=Exact(9000), period=Period(date(2026, 4, 1), date(2026, 5, 1)),
        past_uses=(*WINTER, PastUse(date(2026, 2, 20), Exact(6900), "gal")),
    ),
    "pseg-commercial": replace(MONTH, quantity=Exact(17_588), demand=Demand(Exact(30))),
    "otter-tail": replace(MONTH, quantity=Exact(0), period=Period(BEGINS, BEGINS + timedelta(days=29))),
}  # fmt: skip


def read(text: str) -> tuple[str, Tariff]:
    found = read_document(text)
    assert found.faults == ()
    return str(found.rate_code), tariff_from(found.body)


def test_there_are_five() -> None:
    assert len(EXAMPLES) == 5
    assert {read(text)[0] for _, _, text in EXAMPLES} == set(BILLS)


@pytest.mark.parametrize(("title", "printed", "text"), EXAMPLES, ids=[title for title, _, _ in EXAMPLES])
def test_an_example_makes_the_bill_that_is_printed_beside_it(title: str, printed: str, text: str) -> None:
    rate_code, of = read(text)
    lines = rate(of, date(2019, 7, 1), BILLS[rate_code])
    total = re.findall(r"\*\*([\d,.]+)\*\*", printed)[-1]
    assert sum(line.amount_cents for line in lines) == cents_from(total.replace(",", "")), title
    for line in lines:
        if line.amount_cents:
            assert dollars(abs(line.amount_cents)).removeprefix("$") in printed


def test_every_kind_of_component_stands_in_the_table() -> None:
    kinds = {kind for one in get_args(get_args(Component)[0]) for kind in get_args(one.model_fields["kind"].annotation)}
    assert kinds == set(re.findall(r"`(\w+)`", " ".join(re.findall(r"^\| (`[^|]*) \|", PAGE, re.MULTILINE))))
