"""A bill as the customer gets it: on paper or as a page, in English or in Spanish."""

from functools import partial
from pathlib import Path
from typing import Literal

from services.billing.views.bill_papers.content import BillContent, bill_content
from services.billing.views.bill_papers.facts import find_bill_facts
from services.billing.views.bill_papers.sheet import bill_sheet
from shared.http import HTML, PDF, Paper
from shared.ids import BillId
from shared.paper import Language, page_of, policy_of_pages
from shared.postgres import Reader

BillForm = Literal["pdf", "html"]

_TEMPLATE = Path(__file__).parent / "bill.html"

__all__ = ["BillForm", "find_bill_paper"]


async def find_bill_paper(reader: Reader, bill_id: BillId, form: BillForm, language: Language) -> Paper:
    """The bill's paper, not drawn yet. Raises BillUnknown."""
    content = bill_content(await find_bill_facts(reader, bill_id, language), language)
    name = f"bill-{bill_id}-{language}"
    if form == "pdf":
        return Paper(PDF, language, f"{name}.pdf", partial(bill_sheet, content))
    return Paper(HTML, language, f"{name}.html", partial(_page, content), policy_of_pages())


def _page(content: BillContent) -> bytes:
    return page_of(_TEMPLATE, content.language, bill=content, say=content.say)
