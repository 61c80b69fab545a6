"""What the city prints: letters that a font has, two languages, bars that fit, text that folds, inks one can read."""

import re
import subprocess
import sys
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.paper import Bar, Chart, Sheet, day, legible, page_of, policy_of_pages, short_day
from shared.paper.charts import PLACES_COUNT, picture_of
from shared.paper.inks import ACCENT, ALARM, BAR, BODY, INK, MUTED, TINT, WHITE
from shared.paper.legible import printed
from shared.paper.sheets import cut, folded, width_of
from tests.sources import ROOT

LEGEND = ("This period", "Before", "Estimated")


def chart(*values: int) -> Chart:
    """Bars of these thousandths, the last one now."""
    last = len(values) - 1
    bars = tuple(Bar("Mar", "", value, str(value), n % 3 == 0, n == last) for n, value in enumerate(values))
    return Chart("Use", bars, "Nothing before.", LEGEND, "In words.")


@pytest.mark.parametrize(
    ("on", "english", "spanish", "short_english", "short_spanish"),
    [
        (date(2026, 3, 2), "March 2, 2026", "2 de marzo de 2026", "Mar 2, 2026", "2 mar 2026"),
        (date(2025, 9, 30), "September 30, 2025", "30 de septiembre de 2025", "Sep 30, 2025", "30 sep 2025"),
    ],
)
def test_a_date_is_read_in_both_languages(
    on: date, english: str, spanish: str, short_english: str, short_spanish: str
) -> None:
    assert (day(on, "en"), day(on, "es")) == (english, spanish)
    assert (short_day(on, "en"), short_day(on, "es")) == (short_english, short_spanish)


@pytest.mark.parametrize(
    ("given_text", "seen", "on_paper"),
    [
        ("José Núñez", "José Núñez", "José Núñez"),
        ("Nun\u0303ez", "Nuñez", "Nuñez"),
        ("Łukasz Đorđević", "Łukasz Đorđević", "Lukasz Dordevic"),
        ("\u202eAda\u202c \u200bMoreno\u2066", "Ada Moreno", "Ada Moreno"),
        ("a\x00b\tc\r\nd\u00a0e", "ab c d e", "ab c d e"),
        ("李小龍", "李小龍", "???"),
        ("\ud800x", "x", "x"),
    ],
)
def test_a_name_is_printed_in_letters_that_the_font_has(given_text: str, seen: str, on_paper: str) -> None:
    assert legible(given_text) == seen
    assert printed(given_text) == on_paper


@given(st.text())
def test_whatever_is_given_can_be_printed(text: str) -> None:
    printed(text).encode("cp1252")
    assert printed(printed(text)) == printed(text)


@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=20))
def test_bars_stay_on_the_chart_and_in_proportion(values: list[int]) -> None:
    picture = picture_of(chart(*values), 260, 120)
    assert len(picture.boxes) == min(len(values), PLACES_COUNT)
    assert [box.kind for box in picture.boxes][-1] == "now"
    top, foot = min(y for _, _, y in picture.lines), max(y for _, _, y in picture.lines)
    for box in picture.boxes:
        assert top - 1e-6 <= box.y <= foot
        assert box.y + box.height == pytest.approx(foot)
        assert 0 < box.x < box.x + box.width <= picture.width + 1e-6
    by_size = sorted(zip(values[-PLACES_COUNT:], [box.height for box in picture.boxes], strict=True))
    assert all(left[1] <= right[1] + 1e-6 for left, right in pairwise(by_size))


def test_a_chart_without_history_says_so() -> None:
    assert "Nothing before." in [mark.text for mark in picture_of(chart(330), 260, 120).marks]
    assert "Nothing before." not in [mark.text for mark in picture_of(chart(330, 340), 260, 120).marks]
    assert picture_of(chart(), 260, 120).boxes == ()
    assert picture_of(chart(0, 0), 260, 120).boxes[0].height < 1


@given(st.text(alphabet="aé W", max_size=300), st.integers(20, 400))
def test_text_folds_into_its_column_and_loses_nothing(text: str, width: int) -> None:
    lines = list(folded(text, BODY, width))
    assert all(width_of(line, BODY) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_what_is_too_long_ends_with_an_ellipsis() -> None:
    assert [*cut(iter(["one", "two", "three"]), 2)] == ["one", "tw…"]
    assert [*cut(iter(["one", "two"]), 2)] == ["one", "two"]


def test_a_sheet_is_a_pdf_that_says_its_title_and_its_language_and_is_the_same_each_time() -> None:
    def made() -> bytes:
        sheet = Sheet("Bill of José", "Millbrook", "es")
        sheet.across("Anulada")
        sheet.picture(50, 50, picture_of(chart(1, 2, 3), 260, 120))
        sheet.legend(50, 200, chart(1))
        sheet.turn()
        return sheet.finish(lambda number, count: f"{number}/{count}")

    pdf = made()
    assert pdf.startswith(b"%PDF-")
    assert b"/Lang (es-US)" in pdf
    assert b"/DisplayDocTitle true" in pdf
    assert b"/Count 2" in pdf
    assert pdf == made()


def test_a_page_lets_nothing_run_and_escapes_what_it_shows(tmp_path: Path) -> None:
    template = tmp_path / "note.html"
    template.write_text('{% extends "paper.html" %}{% block main %}<p>{{ name }}</p>{% endblock %}')
    page = page_of(template, "es", name="<script>alert('\u202eAda')</script>").decode()
    assert '<html lang="es">' in page
    assert "<p>&lt;script&gt;alert(&#39;Ada&#39;)&lt;/script&gt;</p>" in page
    assert re.search(r"https?://|<link|<img|src=|url\((?!#)", page) is None
    assert "default-src 'none'" in policy_of_pages()
    assert "unsafe" not in policy_of_pages()


@pytest.mark.parametrize(
    ("ink", "ground", "least"),
    [
        (INK, WHITE, 4.5), (MUTED, WHITE, 4.5), (ACCENT, WHITE, 4.5), (ALARM, WHITE, 4.5), (WHITE, ACCENT, 4.5),
        (WHITE, MUTED, 4.5), (INK, TINT, 4.5), (MUTED, TINT, 4.5), (ALARM, "#fdf3f2", 4.5), (BAR, WHITE, 3.0),
    ],
)  # fmt: skip
def test_every_ink_can_be_read(ink: str, ground: str, least: float) -> None:
    """WCAG 2.2, 1.4.3 and 1.4.11."""
    light, dark = sorted((luminance(ink), luminance(ground)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= least


def test_a_service_that_prints_nothing_pays_nothing() -> None:
    """ReportLab, Pillow and Jinja are megabytes and half a second: only who prints loads them."""
    asked = "import sys, services.billing.app; print([*{'reportlab', 'PIL', 'jinja2'} & set(sys.modules)])"
    ran = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, cwd=ROOT)
    assert ran.stdout.strip() == "[]"


def luminance(color: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    channels = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
