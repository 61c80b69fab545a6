"""The colors and letters of the city's paper, the same in print and on a page.

Every ink on white or on the tint has a contrast of at least 4.5 to 1 (WCAG 2.2, 1.4.3); bars have 3 to 1 (1.4.11).
"""

from dataclasses import dataclass

INK = "#1b2733"
MUTED = "#4f5d6b"
ACCENT = "#0b4f6c"
TINT = "#eaf2f6"
LINE = "#c3ced6"
BAR = "#6c98ae"
ALARM = "#a61b1b"
WHITE = "#ffffff"


@dataclass(frozen=True, slots=True)
class Letters:
    """A standard font of PDF, which prints the accents of Spanish, and its size in points."""

    font: str
    size: float

    @property
    def leading(self) -> float:
        """From one line to the next."""
        return self.size * 1.36


TITLE = Letters("Helvetica-Bold", 17)
FIGURE = Letters("Helvetica-Bold", 26)
HEAD = Letters("Helvetica-Bold", 10.5)
BODY = Letters("Helvetica", 9.5)
STRONG = Letters("Helvetica-Bold", 9.5)
SMALL = Letters("Helvetica", 8)
SMALL_STRONG = Letters("Helvetica-Bold", 8)
TINY = Letters("Helvetica", 7)
SCAN = Letters("Courier-Bold", 12)
ACROSS = Letters("Helvetica-Bold", 84)
