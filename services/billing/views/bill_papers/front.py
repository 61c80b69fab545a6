"""The front of a bill: who bills whom, what is asked and by when, the account, the use, the reads, and the stub."""

from services.billing.views.bill_papers.content import BillContent, Pairs
from shared.paper import Sheet
from shared.paper.charts import picture_of
from shared.paper.inks import (
    ACCENT,
    ALARM,
    BODY,
    FIGURE,
    HEAD,
    INK,
    MUTED,
    SCAN,
    SMALL,
    SMALL_STRONG,
    STRONG,
    TINT,
    TITLE,
    WHITE,
    Letters,
)
from shared.paper.sheets import MARGIN, RIGHT, WIDTH, cut, folded

_HALF = (RIGHT - MARGIN - 28) / 2
_SECOND = MARGIN + _HALF + 28
_LABEL = 84.0
_STUB = 588.0
_LEFT = (MARGIN, MARGIN + _HALF)
_BOTTOM = 752.0
_ROWS_MAX = 11
"""Charges and the account's rows, above the stub with names and addresses as long as they may be."""


def draw_front(sheet: Sheet, bill: BillContent) -> bool:
    """The first page. Where two meters' reads do not fit above the stub they are left for the next: False."""
    _head(sheet, bill)
    y = 112.0
    if bill.notice is not None:
        y = sheet.paragraph(MARGIN, y, RIGHT - MARGIN, f"{bill.across}. {bill.notice}", STRONG, ink=ALARM) + 8
    y = max(_who(sheet, bill, y), _asked(sheet, bill, y - 12)) + 18
    y = max(_summary(sheet, bill, _charges(sheet, bill, y) + 14), _use(sheet, bill, y)) + 20
    fits = y + _reads_height(bill) < (_BOTTOM if bill.scan is None else _STUB)
    if fits:
        draw_reads(sheet, bill, y)
    if bill.scan is not None:
        _stub(sheet, bill, bill.scan)
    return fits


def heading(sheet: Sheet, x: float, y: float, width: float, text: str) -> float:
    """A section's head with its rule; answers the first baseline below."""
    sheet.text(x, y, text, HEAD, ink=ACCENT)
    sheet.rule(x, x + width, y + 5, ink=ACCENT)
    return y + 20


def amounts(sheet: Sheet, y: float, ends: tuple[float, float], rows: Pairs, letters: Letters = BODY) -> float:
    """Labels to the left and amounts to the right, folded where a label is long."""
    left, right = ends
    for label, amount in rows:
        sheet.text(right, y, amount, letters, align="right")
        y = sheet.paragraph(left, y, right - left - 70, label, letters, lines_max=2) + 1
    return y


def total(sheet: Sheet, y: float, ends: tuple[float, float], row: tuple[str, str]) -> float:
    """What amounts come to, below a rule."""
    sheet.rule(*ends, y - 8, ink=INK)
    return amounts(sheet, y + 4, ends, (row,), STRONG)


def _head(sheet: Sheet, bill: BillContent) -> None:
    sheet.text(MARGIN, 54, bill.biller.name, TITLE, ink=ACCENT)
    sheet.text(MARGIN, 68, " · ".join(bill.biller.address), SMALL, ink=MUTED)
    sheet.text(MARGIN, 79, f"{bill.biller.phone} · {bill.biller.web_page}", SMALL, ink=MUTED)
    sheet.text(RIGHT, 54, bill.say("title"), HEAD, align="right")
    sheet.text(RIGHT, 68, bill.services, SMALL, align="right", ink=MUTED)
    sheet.rule(MARGIN, RIGHT, 90, ink=ACCENT)


def _who(sheet: Sheet, bill: BillContent, y: float) -> float:
    for label, value in bill.who:
        sheet.text(MARGIN, y, label, SMALL, ink=MUTED)
        y = sheet.paragraph(MARGIN + _LABEL, y, _HALF - _LABEL, value, BODY, lines_max=3) + 1.5
    return y


def _asked(sheet: Sheet, bill: BillContent, y: float) -> float:
    sheet.tint(_SECOND, y, _HALF, 86, ink=MUTED if bill.across else ACCENT)
    sheet.text(_SECOND + 16, y + 22, bill.asked, BODY, ink=WHITE)
    sheet.text(_SECOND + 16, y + 51, bill.figure, FIGURE, ink=WHITE)
    sheet.text(_SECOND + 16, y + 72, bill.pay_by, STRONG, ink=WHITE)
    return y + 86


def _charges(sheet: Sheet, bill: BillContent, y: float) -> float:
    """The lines in short, or what they come to by service where they are many; each is explained behind."""
    y = heading(sheet, MARGIN, y, _HALF, bill.say("charges"))
    lines = tuple((charge.label, charge.amount) for charge in bill.charges)
    short = len(lines) + len(bill.summary.rows) <= _ROWS_MAX
    y = amounts(sheet, y, _LEFT, lines if short else bill.by_service)
    y = total(sheet, y + 6, _LEFT, bill.totals[-1])
    return sheet.paragraph(MARGIN, y, _HALF, bill.say("see_behind"), SMALL, ink=MUTED)


def _summary(sheet: Sheet, bill: BillContent, y: float) -> float:
    sheet.text(MARGIN + _HALF, y, bill.summary.as_of, SMALL, align="right", ink=MUTED)
    y = heading(sheet, MARGIN, y, _HALF, bill.summary.title)
    y = total(sheet, amounts(sheet, y, _LEFT, bill.summary.rows) + 6, _LEFT, bill.summary.total)
    return sheet.paragraph(MARGIN, y, _HALF, bill.summary.note, SMALL, ink=MUTED)


def _use(sheet: Sheet, bill: BillContent, y: float) -> float:
    if bill.use is None:
        return y
    y = heading(sheet, _SECOND, y, _HALF, bill.use.chart.title)
    sheet.picture(_SECOND, y - 8, picture_of(bill.use.chart, _HALF, 150))
    sheet.legend(_SECOND + 34, y + 152, bill.use.chart)
    return sheet.paragraph(_SECOND, y + 172, _HALF, bill.use.compared, SMALL_STRONG)


def draw_reads(sheet: Sheet, bill: BillContent, y: float) -> float:
    """The dials of each meter at both ends, and how they became the quantity."""
    y = heading(sheet, MARGIN, y, RIGHT - MARGIN, bill.say("reads"))
    columns = (MARGIN, MARGIN + 190, MARGIN + 214, MARGIN + 294, MARGIN + 384)
    for row in (bill.reads.heads, *bill.reads.rows) if bill.reads.rows else ():
        letters, ink = (SMALL_STRONG, MUTED) if row is bill.reads.heads else (BODY, INK)
        for place, (x, value) in enumerate(zip(columns, row, strict=True)):
            sheet.text(x, y, value, letters, align="right" if place == 1 else "left", ink=ink)
        y += 13.5
    for sentence in bill.reads.in_words:
        y = sheet.paragraph(MARGIN, y + 1, RIGHT - MARGIN, sentence, SMALL, ink=MUTED)
    return y


def _reads_height(bill: BillContent) -> float:
    said = sum(len([*folded(sentence, SMALL, RIGHT - MARGIN)]) for sentence in bill.reads.in_words)
    return 20 + 13.5 * (len(bill.reads.rows) + 1) + (SMALL.leading + 1) * said


def _stub(sheet: Sheet, bill: BillContent, scan: str) -> None:
    sheet.rule(0, WIDTH, _STUB, ink=MUTED, dashed=True)
    sheet.text(WIDTH / 2, _STUB + 12, bill.say("stub"), SMALL, align="center", ink=MUTED)
    y = _STUB + 32
    for line in bill.addressee:
        y = sheet.paragraph(MARGIN, y, _HALF, line, SMALL_STRONG, lines_max=2)
    sheet.text(MARGIN, _STUB + 92, bill.say("remit_to"), SMALL, ink=MUTED)
    y = _STUB + 106
    for line in bill.biller.remit_to:
        sheet.text(MARGIN, y, line, BODY)
        y += BODY.leading
    sheet.tint(_SECOND, _STUB + 20, _HALF, 122, ink=TINT)
    y = _STUB + 38
    for label, value in bill.stub:
        sheet.text(_SECOND + 12, y, label, SMALL, ink=MUTED)
        [shown] = cut(folded(value, STRONG, _HALF - 124), 1)
        sheet.text(_SECOND + _HALF - 12, y, shown, STRONG, align="right")
        y += 17
    sheet.text(_SECOND + 12, y + 10, bill.say("enclosed"), SMALL, ink=MUTED)
    sheet.rule(_SECOND + 120, _SECOND + _HALF - 12, y + 11, ink=INK)
    sheet.text(_SECOND + 12, _STUB + 134, bill.say("payable_to", payee=bill.biller.payee), SMALL_STRONG)
    sheet.text(WIDTH / 2, _STUB + 166, scan, SCAN, align="center")
