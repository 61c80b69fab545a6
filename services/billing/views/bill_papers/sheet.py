"""A bill on letter paper: the front asks and carries the stub; behind it every line in words, and whom to ask."""

from services.billing.views.bill_papers.content import BillContent
from services.billing.views.bill_papers.front import amounts, draw_front, draw_reads, heading, total
from shared.paper import Sheet
from shared.paper.inks import BODY, MUTED, SMALL, SMALL_STRONG, STRONG
from shared.paper.sheets import HEIGHT, MARGIN, RIGHT

_TOP, _BOTTOM = 60.0, HEIGHT - 60
_HALF = (RIGHT - MARGIN - 28) / 2


def bill_sheet(bill: BillContent) -> bytes:
    """The PDF of a bill."""
    sheet = Sheet(bill.title, bill.biller.name, bill.language)
    if bill.across is not None:
        sheet.across(bill.across)
    complete = draw_front(sheet, bill)
    sheet.turn()
    y = _lines(sheet, bill, _TOP if complete else draw_reads(sheet, bill, _TOP) + 18)
    y = _compared(sheet, bill, _budget(sheet, bill, y))
    _paying(sheet, bill, y)
    return sheet.finish(lambda number, count: f"{bill.number} · {bill.say('page', number=number, count=count)}")


def _lines(sheet: Sheet, bill: BillContent, y: float) -> float:
    """Every line, and how it was worked out; on as many pages as it takes."""
    y = heading(sheet, MARGIN, y, RIGHT - MARGIN, bill.say("explained"))
    for charge in bill.charges:
        y = _room(sheet, y, 44)
        sheet.text(RIGHT, y, charge.amount, STRONG, align="right")
        y = sheet.paragraph(MARGIN, y, RIGHT - MARGIN - 90, charge.label, STRONG)
        y = sheet.paragraph(MARGIN, y, RIGHT - MARGIN - 90, charge.in_words, SMALL, ink=MUTED) + 6
    y = _room(sheet, y, 60)
    *before, last = bill.totals
    sheet.rule(MARGIN, RIGHT, y - 8)
    y = amounts(sheet, y + 4, (MARGIN, RIGHT), tuple(before))
    return total(sheet, y + 6, (MARGIN, RIGHT), last) + 18


def _budget(sheet: Sheet, bill: BillContent, y: float) -> float:
    """How the budget plan stands, where there is one."""
    if bill.budget is None:
        return y
    y = heading(sheet, MARGIN, _room(sheet, y, 110), RIGHT - MARGIN, bill.budget.title)
    y = amounts(sheet, y, (MARGIN, RIGHT), bill.budget.rows)
    y = total(sheet, y + 6, (MARGIN, RIGHT), bill.budget.total)
    return sheet.paragraph(MARGIN, y, RIGHT - MARGIN, bill.budget.settled, SMALL, ink=MUTED) + 18


def _compared(sheet: Sheet, bill: BillContent, y: float) -> float:
    if bill.use is None:
        return y
    y = heading(sheet, MARGIN, _room(sheet, y, 90), RIGHT - MARGIN, bill.say("compared"))
    columns = [MARGIN, *(MARGIN + 180 + 110 * n for n in range(len(bill.use.heads) - 1))]
    for row in (bill.use.heads, *bill.use.rows) if bill.use.rows else ():
        letters = SMALL_STRONG if row is bill.use.heads else BODY
        for x, value in zip(columns, row, strict=True):
            sheet.text(x, y, value, letters, align="left" if x == MARGIN else "right")
        y += 14
    return sheet.paragraph(MARGIN, y, RIGHT - MARGIN, bill.use.compared, STRONG) + 18


def _paying(sheet: Sheet, bill: BillContent, y: float) -> None:
    """How to pay beside whom to ask; below, what is good to know."""
    top = _room(sheet, y, 190)
    second = MARGIN + _HALF + 28
    y = heading(sheet, MARGIN, top, _HALF, bill.say("how_to_pay"))
    for way in bill.ways_to_pay:
        y = sheet.paragraph(MARGIN, y, _HALF, way, SMALL) + 3
    left = y
    y = heading(sheet, second, top, _HALF, bill.say("questions"))
    for label, value in bill.contacts:
        sheet.text(second, y, label, SMALL, ink=MUTED)
        y = sheet.paragraph(second + 96, y, _HALF - 96, value, SMALL) + 3
    if bill.notices:
        y = heading(sheet, MARGIN, _room(sheet, max(left, y) + 16, 70), RIGHT - MARGIN, bill.say("good_to_know"))
        for notice in bill.notices:
            y = sheet.paragraph(MARGIN, y, RIGHT - MARGIN, notice, SMALL) + 2


def _room(sheet: Sheet, y: float, needed: float) -> float:
    """Where to go on: here, or at the top of the next page."""
    if y + needed <= _BOTTOM:
        return y
    sheet.turn()
    return _TOP
