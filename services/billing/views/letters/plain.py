"""A letter as plain text: for an e-mail, a screen reader, or a printer that knows nothing else."""

from collections.abc import Iterator
from textwrap import wrap

from services.billing.views.letters.bodies import Row
from services.billing.views.letters.content import LetterContent
from shared.paper import legible

_WIDTH = 76
_AMOUNT = 14


def plain_letter(letter: LetterContent) -> bytes:
    """The letter's words in lines of at most 76 letters, ending with a line break."""
    return "\n".join([*_lines(letter), ""]).encode()


def _lines(letter: LetterContent) -> Iterator[str]:
    if letter.across is not None:
        yield from (f"*** {letter.across.upper()} ***", "")
    yield from (letter.biller.name, *letter.biller.address, "", letter.date, "")
    yield from (legible(line) for line in letter.addressee)
    yield ""
    for label, value in letter.about:
        yield f"{label}: {legible(value)}"
    yield from ("", letter.body.subject.upper(), "", legible(letter.greeting))
    for sentence in letter.body.before:
        yield from ("", *wrap(legible(sentence), _WIDTH))
    if letter.body.rows:
        yield ""
    for n, row in enumerate(letter.body.rows, start=1):
        if n == len(letter.body.rows):
            yield "-" * _WIDTH
        yield from _row(row)
    for sentence in (*letter.body.after, letter.questions):
        yield from ("", *wrap(legible(sentence), _WIDTH))
    yield from ("", letter.closing, letter.biller.name, "", letter.say("letter", number=letter.letter_id))


def _row(row: Row) -> Iterator[str]:
    first, *more = wrap(legible(row.label), _WIDTH - _AMOUNT) or [""]
    yield f"{first:<{_WIDTH - _AMOUNT}}{row.amount:>{_AMOUNT}}"
    yield from more
    yield from (f"  {line}" for line in wrap(legible(row.words), _WIDTH - _AMOUNT - 2))
