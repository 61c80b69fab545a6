"""Letter paper in points, from the top left corner down: text that fits its column, rules, tints, a chart, and pages.

What is put on a sheet is remembered and played at the end, when the number of pages is known.
"""

from collections.abc import Callable, Iterator
from functools import cache
from io import BytesIO
from typing import Any, Literal

from shared.paper.charts import Box, Chart, Kind, Picture
from shared.paper.inks import ACCENT, ACROSS, ALARM, BAR, INK, LINE, MUTED, TINT, TINY, WHITE, Letters
from shared.paper.languages import Language
from shared.paper.legible import printed

WIDTH, HEIGHT = 612.0, 792.0
MARGIN = 46.0
RIGHT = WIDTH - MARGIN

Align = Literal["left", "center", "right"]
Stroke = Callable[[Any], None]

_LOCALES: dict[Language, str] = {"en": "en-US", "es": "es-US"}
_HATCH = 4.0


class Sheet:
    """A document of one or more pages."""

    def __init__(self, title: str, author: str, language: Language) -> None:
        self._title, self._author, self._language = printed(title), printed(author), language
        self._pages: list[list[Stroke]] = [[]]
        self._across: str | None = None

    def text(self, x: float, y: float, text: str, letters: Letters, *, align: Align = "left", ink: str = INK) -> None:
        """One line, its baseline at y."""
        said = printed(text)
        shift = {"left": 0.0, "center": 0.5, "right": 1.0}[align] * width_of(said, letters)

        def stroke(canvas: Any) -> None:
            canvas.setFillColor(ink)
            canvas.setFont(letters.font, letters.size)
            canvas.drawString(x - shift, HEIGHT - y, said)

        self._put(stroke)

    def paragraph(
        self, x: float, y: float, width: float, text: str, letters: Letters, *, ink: str = INK, lines_max: int = 40
    ) -> float:
        """Text folded into a column, its first baseline at y; answers the baseline behind the last."""
        for line in cut(folded(text, letters, width), lines_max):
            self.text(x, y, line, letters, ink=ink)
            y += letters.leading
        return y

    def rule(self, left: float, right: float, y: float, *, ink: str = LINE, dashed: bool = False) -> None:
        """A level line."""

        def stroke(canvas: Any) -> None:
            canvas.setStrokeColor(ink)
            canvas.setLineWidth(0.6)
            canvas.setDash(*([3, 3] if dashed else []))
            canvas.line(left, HEIGHT - y, right, HEIGHT - y)
            canvas.setDash()

        self._put(stroke)

    def tint(self, x: float, y: float, width: float, height: float, *, ink: str = TINT) -> None:
        """A field of color, from its top left corner."""

        def stroke(canvas: Any) -> None:
            canvas.setFillColor(ink)
            canvas.roundRect(x, HEIGHT - y - height, width, height, 4, stroke=0, fill=1)

        self._put(stroke)

    def picture(self, x: float, y: float, picture: Picture) -> None:
        """A chart, from its top left corner."""
        for left, right, level in picture.lines:
            self.rule(x + left, x + right, y + level)
        for box in picture.boxes:
            self._put(_bar(box, x, y))
        for mark in picture.marks:
            letters = Letters("Helvetica-Bold", TINY.size) if mark.strong else TINY
            self.text(x + mark.x, y + mark.y, mark.text, letters, align=mark.align, ink=INK if mark.strong else MUTED)

    def legend(self, x: float, y: float, chart: Chart) -> None:
        """What the looks of the bars mean, side by side."""
        looks: tuple[tuple[Kind, bool], ...] = (("now", False), ("before", False), ("before", True))
        for (kind, estimated), word in zip(looks, chart.legend, strict=True):
            self._put(_bar(Box(x, y - 6, 7, 7, kind, estimated), 0, 0))
            self.text(x + 11, y, word, TINY, ink=MUTED)
            x += 24 + width_of(printed(word), TINY)

    def across(self, word: str) -> None:
        """A word across every page, for what is not to be paid."""
        self._across = printed(word)

    def turn(self) -> None:
        """Go on to the next page."""
        self._pages.append([])

    def finish(self, foot: Callable[[int, int], str]) -> bytes:
        """The PDF. `foot` says what stands at the foot of a page, given its number and how many there are."""
        from reportlab.lib.pagesizes import letter
        from reportlab.pdfgen.canvas import Canvas

        made = BytesIO()
        canvas = Canvas(made, pagesize=letter, invariant=1, lang=_LOCALES[self._language])
        canvas.setTitle(self._title)
        canvas.setAuthor(self._author)
        canvas.setViewerPreference("DisplayDocTitle", "true")
        for number, page in enumerate(self._pages, start=1):
            for stroke in page:
                stroke(canvas)
            _foot(canvas, printed(foot(number, len(self._pages))))
            if self._across is not None:
                _across(canvas, self._across)
            canvas.showPage()
        canvas.save()
        return made.getvalue()

    def _put(self, stroke: Stroke) -> None:
        self._pages[-1].append(stroke)


def folded(text: str, letters: Letters, width: float) -> Iterator[str]:
    """The text in lines no wider than its column; a word that is wider alone is broken."""
    line = ""
    for word in _words(printed(text), letters, width):
        longer = f"{line} {word}" if line else word
        if line and width_of(longer, letters) > width:
            yield line
            line = word
        else:
            line = longer
    if line:
        yield line


def cut(lines: Iterator[str], lines_max: int) -> Iterator[str]:
    """So many lines at most; an ellipsis where more were to come."""
    for count, line in enumerate(lines, start=1):
        more = count == lines_max and next(lines, None) is not None
        yield f"{line[:-1]}…" if more else line
        if count == lines_max:
            return


def width_of(text: str, letters: Letters) -> float:
    """How wide a text is, in points."""
    return float(_string_width()(text, letters.font, letters.size))


@cache
def _string_width() -> Callable[[str, str, float], float]:
    from reportlab.pdfbase.pdfmetrics import stringWidth

    measure: Callable[[str, str, float], float] = stringWidth
    return measure


def _words(text: str, letters: Letters, width: float) -> Iterator[str]:
    for word in text.split():
        rest = word
        while width_of(rest, letters) > width and len(rest) > 1:
            fits = next(n for n in range(len(rest) - 1, 0, -1) if n == 1 or width_of(rest[:n], letters) <= width)
            yield rest[:fits]
            rest = rest[fits:]
        yield rest


def _bar(box: Box, x: float, y: float) -> Stroke:
    ink = ACCENT if box.kind == "now" else BAR
    left, bottom = x + box.x, HEIGHT - y - box.y - box.height

    def stroke(canvas: Any) -> None:
        canvas.saveState()
        canvas.setStrokeColor(ink)
        canvas.setFillColor(WHITE if box.estimated else ink)
        canvas.setLineWidth(0.8)
        canvas.rect(left, bottom, box.width, box.height, stroke=1, fill=1)
        if box.estimated:
            clip = canvas.beginPath()
            clip.rect(left, bottom, box.width, box.height)
            canvas.clipPath(clip, stroke=0, fill=0)
            rises = int((box.width + box.height) / _HATCH) + 1
            canvas.lines([(left + n * _HATCH - box.height, bottom, left + n * _HATCH, bottom + box.height)
                          for n in range(rises)])  # fmt: skip
        canvas.restoreState()

    return stroke


def _foot(canvas: Any, said: str) -> None:
    canvas.setFillColor(MUTED)
    canvas.setFont(TINY.font, TINY.size)
    canvas.drawCentredString(WIDTH / 2, 20, said)


def _across(canvas: Any, word: str) -> None:
    canvas.saveState()
    canvas.setFillColor(ALARM, alpha=0.2)
    canvas.translate(WIDTH / 2, HEIGHT / 2)
    canvas.rotate(52)
    size = min(ACROSS.size, ACROSS.size * (HEIGHT - 2 * MARGIN) / max(width_of(word, ACROSS), 1))
    canvas.setFont(ACROSS.font, size)
    canvas.drawCentredString(0, -size / 3, word)
    canvas.restoreState()
