"""A letter on letter paper: the address where a window shows it, then the words, on as many pages as it takes."""

from services.billing.views.letters.bodies import Row
from services.billing.views.letters.content import LetterContent
from shared.paper import Sheet
from shared.paper.inks import ACCENT, BODY, HEAD, MUTED, SMALL, STRONG, TITLE, Letters
from shared.paper.sheets import HEIGHT, MARGIN, RIGHT

_TOP, _BOTTOM = 60.0, HEIGHT - 60
_WINDOW = 162.0
"""The first line of the address: in a no. 10 envelope of a letter folded in three, this shows in the window."""
_WIDTH = RIGHT - MARGIN
_AMOUNT = 90.0


def letter_sheet(letter: LetterContent) -> bytes:
    """The PDF of a letter."""
    sheet = Sheet(letter.body.subject, letter.biller.name, letter.language)
    if letter.across is not None:
        sheet.across(letter.across)
    y = _head(sheet, letter)
    for sentence in (letter.greeting, *letter.body.before):
        y = _said(sheet, y, sentence)
    y = _rows(sheet, y + 4, letter.body.rows)
    for sentence in (*letter.body.after, letter.questions):
        y = _said(sheet, y, sentence)
    y = _room(sheet, y + 6, 40)
    sheet.text(MARGIN, y, letter.closing, BODY)
    sheet.text(MARGIN, y + 16, letter.biller.name, STRONG)
    number = letter.say("letter", number=letter.letter_id)
    return sheet.finish(lambda page, count: f"{number} · {letter.say('page', number=page, count=count)}")


def _head(sheet: Sheet, letter: LetterContent) -> float:
    """Who writes, to whom, when, about which account; answers the first baseline of the words."""
    sheet.text(MARGIN, 64, letter.biller.name, TITLE, ink=ACCENT)
    y = 80.0
    for line in letter.biller.address:
        sheet.text(MARGIN, y, line, SMALL, ink=MUTED)
        y += SMALL.leading
    sheet.text(RIGHT, 64, letter.date, BODY, align="right")
    y = _WINDOW
    for line in letter.addressee:
        y = sheet.paragraph(MARGIN, y, _WIDTH / 2, line, BODY, lines_max=2)
    y = max(y, _WINDOW + 3 * BODY.leading) + 24
    for label, value in letter.about:
        sheet.text(MARGIN, y, label, SMALL, ink=MUTED)
        y = sheet.paragraph(MARGIN + 96, y, _WIDTH - 96, value, SMALL, lines_max=2)
    y = sheet.paragraph(MARGIN, y + 18, _WIDTH, letter.body.subject, HEAD, ink=ACCENT)
    sheet.rule(MARGIN, RIGHT, y - 8, ink=ACCENT)
    return y + 12


def _said(sheet: Sheet, y: float, sentence: str) -> float:
    y = _room(sheet, y, 3 * BODY.leading)
    return sheet.paragraph(MARGIN, y, _WIDTH, sentence, BODY) + 7


def _rows(sheet: Sheet, y: float, rows: tuple[Row, ...]) -> float:
    """Amounts below each other, the total under a rule."""
    for n, row in enumerate(rows, start=1):
        y = _room(sheet, y, 44)
        last = n == len(rows)
        if last:
            sheet.rule(MARGIN, RIGHT, y - 4)
            y += 9
        y = _row(sheet, y, row, STRONG if last else BODY)
    return y + 10 if rows else y


def _row(sheet: Sheet, y: float, row: Row, letters: Letters) -> float:
    sheet.text(RIGHT, y, row.amount, letters, align="right")
    y = sheet.paragraph(MARGIN, y, _WIDTH - _AMOUNT, row.label, letters)
    if row.words:
        y = sheet.paragraph(MARGIN, y, _WIDTH - _AMOUNT, row.words, SMALL, ink=MUTED)
    return y + 4


def _room(sheet: Sheet, y: float, needed: float) -> float:
    """Where to go on: here, or at the top of the next page."""
    if y + needed <= _BOTTOM:
        return y
    sheet.turn()
    return _TOP
