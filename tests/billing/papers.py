"""Bills to draw without a database, and what a drawn one says: the text of a PDF, the tables and titles of a page."""

import base64
import json
import re
import zlib
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID
from xml.etree import ElementTree as ET

from services.billing.domain.billers import Biller
from services.billing.domain.exact import exact
from services.billing.domain.periods import Period
from services.billing.views.bill_papers.content import BillContent, bill_content
from services.billing.views.bill_papers.facts import Account, BillFacts, Dial, Metered
from services.billing.views.bills import BillView, LineView, ReadView
from shared.ids import AccountId, AccountNumber, AgreementId, BillId, ReadingId, TariffId, number_from
from shared.paper import Language
from tests.billing.policies import MIGRATIONS

_SEEDED = (MIGRATIONS / "0010_billers.sql").read_text("utf-8")
BILLER = Biller.model_validate(json.loads(re.findall(r"'(\{.*\})'", _SEEDED, re.DOTALL)[0]))

_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
_SHOWN = re.compile(r"\(((?:\\.|[^()\\])*)\) Tj")
_ESCAPED = re.compile(r"\\([0-7]{3}|.)")

LINE = LineView(
    component="water", label="Water", service="water", basis="per_unit", quantity="10", unit="hcf", rate="3.81",
    rate_since_on=date(2025, 7, 1), days_count=30, base_cents=None, other_cents=None, amount_cents=3810,
    rounding="half_up", rule="Ordinance 12", in_words="Water: 10 hcf x $3.81 per hcf = $38.10.",
)  # fmt: skip
BILL = BillView(
    bill_id=BillId(UUID(int=1)), account_id=AccountId(UUID(int=2)), account_number=AccountNumber(number_from(1001)),
    agreement_id=AgreementId(UUID(int=3)), rate_code="W1", period_start_on=date(2026, 1, 31),
    period_end_on=date(2026, 3, 2), total_cents=3810, open_cents=3810, state="issued", held_for=None,
    issued_on=date(2026, 3, 2), due_on=date(2026, 4, 1), version=1, holder_name="Ada Moreno",
    mailing_address="1001 Elm Street, Millbrook", service_address="1001 Elm Street", tariff_id=TariffId(UUID(int=4)),
    days_count=30, begin=ReadView(reading_id=ReadingId(UUID(int=5)), value=1100, read_on=date(2026, 1, 31),
    quality="actual", source="head_end"), end=ReadView(reading_id=ReadingId(UUID(int=6)), value=1110,
    read_on=date(2026, 3, 2), quality="actual", source="head_end"), quantity="10", unit="hcf",
    use_in_words="The meter went from 1100 to 1110.", lines=[LINE], job_id=None, made_at="2026-03-02T15:00:00Z",
    released_by=None,
)  # fmt: skip
ACCOUNT = Account(date(2026, 3, 2), 0, 0, 0, 0, 0, 3810)


def before(count: int, days: int = 30) -> tuple[Period, ...]:
    """So many periods before the bill's, oldest first, each with one unit more."""
    ends = [date(2026, 1, 31) - timedelta(days=days * n) for n in range(count)]
    return tuple(
        Period(end - timedelta(days=days), end, exact(str(10 + n)), days, estimated=False, total_cents=1000)
        for n, end in enumerate(reversed(ends))
    )


def metered(multiplier: int = 1, unit: str = "hcf", quality: str = "actual") -> Metered:
    """Ada's meter, read at both ends; the last reading was obtained so."""
    ends = Dial("N-1001", 1100, BILL.period_start_on, "actual"), Dial("N-1001", 1110, BILL.period_end_on, quality)
    return Metered(multiplier, unit, (ends,))


def facts(bill: dict[str, Any] | None = None, **changes: Any) -> BillFacts:
    """Ada's bill for March, some of it changed."""
    of = BillFacts(BILL, BILLER, ACCOUNT, metered(), (), before(14))
    return replace(of, **{"bill": BILL.model_copy(update=bill or {}), **changes})


def content(bill: dict[str, Any] | None = None, language: Language = "en", **changes: Any) -> BillContent:
    """What that bill says."""
    return bill_content(facts(bill, **changes), language)


def text_of(pdf: bytes) -> list[str]:
    """Every text that a PDF of ours shows, in the order in which it is drawn."""
    shown: list[str] = []
    for packed in _STREAM.findall(pdf):
        stream = zlib.decompress(base64.a85decode(packed.strip(), adobe=True))
        shown += [_ESCAPED.sub(_unescaped, text) for text in _SHOWN.findall(stream.decode("latin-1"))]
    return [text.encode("latin-1").decode("cp1252") for text in shown]


def _unescaped(match: re.Match[str]) -> str:
    return chr(int(match[1], 8)) if len(match[1]) == 3 else match[1]


class Seen:
    """A page as a reader sees it: its words, the rows of its tables, its titles, and its tags with what they carry."""

    def __init__(self, page: str) -> None:
        root = ET.fromstring(page)
        shown = [one for one in root.iter() if one.tag != "style"]
        self.tags = [(one.tag, dict(one.attrib)) for one in shown]
        said = [text for one in root.iter() for text in ((one.text if one.tag != "style" else None), one.tail)]
        self.words = [text.strip() for text in said if text and text.strip()]
        self.rows = [["".join(cell.itertext()).strip() for cell in row] for row in root.iter("tr")]
        self.titles = ["".join(one.itertext()) for one in shown if one.tag in {"h1", "h2"}]

    @property
    def text(self) -> str:
        """All words."""
        return "\n".join(self.words)

    def row(self, label: str) -> list[str]:
        """The row that begins with this label."""
        [found] = [row for row in self.rows if row[0].startswith(label)]
        return found
