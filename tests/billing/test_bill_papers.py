"""Ada opens her bill, as a page and on paper, in English and in Spanish: what is asked, and why, and how to pay it."""

from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from services.billing.views.bill_papers.content import bill_content
from services.billing.views.bill_papers.facts import Account, Metered
from services.billing.views.bill_papers.sheet import bill_sheet
from shared.ids import new_id
from shared.scan_line import Asked, read_scan_line
from tests.billing.conftest import Get, Post, RunCycle
from tests.billing.papers import ACCOUNT, BILLER, LINE, Seen, before, content, facts, metered, text_of
from tests.billing.test_exchanges import exchanged, read
from tests.billing.town import ADA, CLEO, NOW, Person
from tests.rooms import Rooms


async def bill_of(get: Get, person: Person) -> str:
    """The id of a person's newest bill."""
    newest, *_ = (await get(f"/accounts/{person.account_id}/bills"))["items"]
    return str(newest["bill_id"])


async def document(rooms: Rooms, bill_id: str, form: str = "html", language: str = "en") -> httpx.Response:
    """The bill's document, as Rosa asks for it."""
    query = {"format": form, "language": language}
    answer = await rooms.http("csr").get(f"/bills/{bill_id}/document", params=query)
    assert answer.status_code == 200, answer.text
    return answer


@pytest.fixture
async def second_bill(rooms: Rooms, tariff: None, get: Get, run_cycle: RunCycle) -> str:
    """Ada was billed $98.68 in March and paid $50.00 of it; this is the bill of April."""
    await rooms.tell(ADA.read(110))
    await run_cycle()
    rooms.clock.turn(days=30)
    await rooms.tell(ADA.paid(50_00), ADA.read(122, NOW + timedelta(days=30)))
    await run_cycle("2026-03-15", "2026-04-30")
    return await bill_of(get, ADA)


async def test_ada_reads_her_bill_as_a_page(rooms: Rooms, second_bill: str) -> None:
    answer = await document(rooms, second_bill)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    seen = Seen(answer.text)
    assert ("html", {"lang": "en"}) in seen.tags
    assert seen.row("Previous balance")[1] == "$98.68"
    assert seen.row("Payments received")[1] == "-$50.00"
    assert seen.row("This bill")[1] == "$118.41"
    assert seen.row("Amount due")[1] == "$167.09"
    assert "Please pay by May 1, 2026" in seen.text
    # N.J.A.C. 14:3-7.2: begin and end reads with dates, units and kind; rate code; gross and net; last day to pay.
    assert seen.row("N-1001 began")[1:] == ["110", "Mar 2, 2026", "Actual", "hcf (hundred cubic feet)"]
    assert seen.row("N-1001 ended")[1:] == ["122", "Apr 1, 2026", "Actual", "hcf (hundred cubic feet)"]
    for said in ("Rate code", "nyc", "Last day to pay", "May 1, 2026", "Mar 2, 2026 – Apr 1, 2026 (30 days)"):
        assert said in seen.words
    assert seen.row("Gross charges")[1] == seen.row("Net charges")[1] == "$118.41"
    water, sewer = seen.row("Water"), seen.row("Sewer")
    assert (water[1], sewer[1]) == ("$45.72", "$72.69")
    assert "12 hcf (hundred cubic feet) x $3.81 per hcf (in force since July 1, 2025) = $45.72" in water[0]
    assert "159 % (in force since July 1, 2025) of $45.72 = $72.69" in sewer[0]
    for said in (BILLER.name, BILLER.phone, BILLER.hours.en, BILLER.web_page, *BILLER.remit_to, *BILLER.ways_to_pay.en):
        assert said in seen.text


async def test_the_page_is_one_that_everybody_can_use(rooms: Rooms, second_bill: str) -> None:
    """WCAG: a language, titles in order, heads with scope, a chart with words; and nothing from elsewhere."""
    answer = await document(rooms, second_bill)
    seen = Seen(answer.text)
    assert [tag for tag, _ in seen.tags if tag in {"h1", "main"}] == ["main", "h1"]
    assert all(attributes.get("scope") in {"row", "col"} for tag, attributes in seen.tags if tag == "th")
    [chart] = [attributes for tag, attributes in seen.tags if tag == "svg"]
    assert chart["role"] == "img"
    assert "2 periods, from March 2, 2026 to April 1, 2026, as use a day in hcf; this period: 0.40." in seen.text
    assert not [one for one in seen.tags if one[0] in {"script", "link", "img", "iframe", "form"} or "style" in one[1]]
    assert not [one for _, carried in seen.tags for one in carried if one.startswith("on") or one in {"src", "href"}]
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


async def test_the_stub_can_be_read_by_a_machine(rooms: Rooms, second_bill: str) -> None:
    [line] = [word for word in Seen((await document(rooms, second_bill)).text).words if word.startswith(ADA.number)]
    assert read_scan_line(line) == Asked(ADA.number, 167_09, date(2026, 5, 1))


async def test_ada_reads_it_in_spanish(rooms: Rooms, second_bill: str) -> None:
    answer = await document(rooms, second_bill, language="es")
    assert answer.headers["content-language"] == "es"
    seen = Seen(answer.text)
    assert ("html", {"lang": "es"}) in seen.tags
    assert seen.row("Saldo anterior")[1] == "$98.68"
    assert seen.row("Total a pagar")[1] == "$167.09"
    assert "Pague a más tardar el 1 de mayo de 2026" in seen.text
    assert seen.row("N-1001 final")[1:] == ["122", "1 abr 2026", "Real", "hcf (cientos de pies cúbicos)"]
    assert "vigente desde el 1 de julio de 2025" in seen.row("Water")[0]
    assert "Cómo se calculó cada cargo" in seen.titles
    assert BILLER.hours.es in seen.text


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["Amount due", "Please pay by May 1, 2026", "Meter reading", "Questions?", "Actual"]),
        ("es", ["Total a pagar", "Pague a más tardar el 1 de mayo de 2026", "Lectura del medidor", "¿Preguntas?"]),
    ],
)
async def test_paper_says_what_the_page_says(
    rooms: Rooms, second_bill: str, language: str, expected: list[str]
) -> None:
    answer = await document(rooms, second_bill, "pdf", language)
    assert answer.headers["content-type"] == "application/pdf"
    assert f"/Lang ({language}-US)".encode() in answer.content
    text = text_of(answer.content)
    page = Seen((await document(rooms, second_bill, "html", language)).text)
    assert [said for said in [*expected, "$167.09", "$98.68", "-$50.00", "$45.72", "$72.69"] if said not in text] == []
    folded = " ".join(text)
    in_words = [row[0].split(" ", 1)[1].strip() for row in page.rows if row[0].startswith(("Water", "Sewer"))]
    assert len(in_words) == 2
    assert [words for words in in_words if words not in folded] == []
    assert [line for line in text if line.startswith(ADA.number)] == [
        word for word in page.words if word.startswith(ADA.number)
    ]


async def test_a_bill_printed_again_is_the_bill_that_was_sent(rooms: Rooms, second_bill: str) -> None:
    for form in ("pdf", "html"):
        first = await document(rooms, second_bill, form)
        rooms.clock.turn(days=3)
        await rooms.tell(ADA.paid(167_09))
        again = await document(rooms, second_bill, form)
        assert (again.content, again.headers["etag"]) == (first.content, first.headers["etag"])


async def test_both_meters_stand_on_the_bill_of_an_exchange(
    rooms: Rooms, tariff: None, get: Get, run_cycle: RunCycle
) -> None:
    """The crew hung Z-9 at Ada's; it is exchanged again after the bill, and the bill printed again is the same."""
    await rooms.tell(exchanged(107, 5), read(8))
    await run_cycle()
    bill_id = await bill_of(get, ADA)
    first = await document(rooms, bill_id)
    seen = Seen(first.text)
    assert [row[:3] for row in seen.rows if row[0].endswith((" began", " ended"))] == [
        ["N-1001 began", "100", "Jan 31, 2026"], ["N-1001 ended", "107", "Feb 20, 2026"],
        ["Z-9 began", "5", "Feb 20, 2026"], ["Z-9 ended", "8", "Mar 2, 2026"],
    ]  # fmt: skip
    assert "The meter was exchanged in this period" in seen.text
    assert "10 hcf (hundred cubic feet) in 30 days" in seen.text
    rooms.clock.turn(days=3)
    await rooms.tell(exchanged(9, 0, "Z-10", NOW + timedelta(days=2)))
    assert (await document(rooms, bill_id)).content == first.content


async def test_a_held_bill_says_so_across_the_page_and_has_no_stub(
    rooms: Rooms, tariff: None, post: Post, get: Get, run_cycle: RunCycle
) -> None:
    """Cleo's first bill waits for review; it has no history, and the chart says what will come."""
    await rooms.tell(CLEO.opened("C2"), CLEO.started("turn_on", billing_cycle="C2"), CLEO.read(110))
    await run_cycle(cycle="C2")
    bill_id = await bill_of(get, CLEO)
    seen = Seen((await document(rooms, bill_id)).text)
    assert ("div", {"class": "across", "aria-hidden": "true"}) in seen.tags
    assert "This bill is held for review and has not been issued. Do not pay it." in seen.text
    assert "The periods to come will stand beside this one." in seen.text
    assert "There is no bill of the same time last year to compare with." in seen.text
    assert not [word for word in seen.words if word.startswith(f"{CLEO.number} ")]
    text = text_of((await document(rooms, bill_id, "pdf")).content)
    assert text.count("On hold") == 2, "across each of its pages"
    assert not [line for line in text if line.startswith(f"{CLEO.number} ")]
    await post(f"/bills/{bill_id}/release", role="supervisor")
    released = Seen((await document(rooms, bill_id)).text)
    assert "On hold" not in released.text
    assert released.row("Amount due")[1] == "$98.68"


async def test_a_bill_that_is_not_there_or_not_in_this_language_is_refused(rooms: Rooms) -> None:
    rosa = rooms.http("csr")
    assert (await rosa.get(f"/bills/{new_id()}/document")).status_code == 404
    for wrong in ({"language": "fr"}, {"format": "docx"}):
        refused = await rosa.get(f"/bills/{new_id()}/document", params=wrong)
        assert (refused.status_code, refused.json()["field"]) == (422, *wrong)


async def test_a_name_can_do_no_harm(rooms: Rooms, tariff: None, get: Get, run_cycle: RunCycle) -> None:
    hostile = Person("<script>alert(1)</script>\u202e\"onload='x' Łukasz " + "W" * 140, 1009)
    await rooms.tell(hostile.opened("C9"), hostile.started(billing_cycle="C9"), hostile.read(110))
    await run_cycle(cycle="C9")
    bill_id = await bill_of(get, hostile)
    answer = await document(rooms, bill_id)
    seen = Seen(answer.text)
    assert not [tag for tag, _ in seen.tags if tag == "script"]
    assert "\u202e" not in answer.text
    assert "Łukasz" in seen.text
    text = " ".join(text_of((await document(rooms, bill_id, "pdf")).content))
    assert "<script>alert(1)</script>\"onload='x' Lukasz" in text
    assert "WWW…" in text


def test_an_account_with_more_on_it_adds_up() -> None:
    said = content(account=Account(ACCOUNT.as_of, 100_00, -60_00, 25_00, -5_00, 12_00, 38_10)).summary
    assert said.rows == (
        ("Previous balance", "$100.00"), ("Payments received, thank you", "-$60.00"),
        ("Payments returned by the bank", "$25.00"), ("Adjustments and corrections", "-$5.00"),
        ("Other bills of the same day", "$12.00"), ("This bill", "$38.10"),
    )  # fmt: skip
    assert said.total == ("Amount due", "$110.10")
    assert "pay it once" in said.note


def test_a_credit_is_not_asked_for() -> None:
    said = content(account=Account(ACCOUNT.as_of, -100_00, 0, 0, 0, 0, 38_10))
    assert (said.asked, said.figure, said.pay_by) == ("Credit balance", "$61.90", "Nothing to pay")
    assert said.stub[-1] == ("Amount due", "$0.00")
    assert said.scan is not None
    assert read_scan_line(said.scan).amount_cents == 0


def test_a_cancelled_bill_is_not_to_be_paid() -> None:
    said = content({"state": "cancelled"}, "es")
    assert said.across == "Anulada"
    assert said.notice is not None
    assert said.notice.startswith("Esta factura fue anulada.")
    assert said.scan is None
    assert text_of(bill_sheet(said)).count("Anulada") >= 2


def test_conversions_and_factors_are_said() -> None:
    """A meter in cubic feet behind a multiplier of ten, priced by the thousand gallons."""
    of = facts({"unit": "ccf"}, conversions=(("0.748", "kgal"),), meter=metered(10, "cf"))
    assert bill_content(of, "en").reads.in_words[1:] == (
        "Each dial unit counts 10 times.",
        "The meter counts in cf (cubic feet); the bill is in ccf (hundred cubic feet).",
        "1 ccf is priced as 0.748 kgal (thousand gallons).",
    )


def test_an_estimate_is_marked_where_it_is_read() -> None:
    end = facts().bill.end
    assert end is not None
    said = content({"end": end.model_copy(update={"quality": "estimated"})}, meter=metered(quality="estimated"))
    assert said.reads.rows[1][3] == "ESTIMATED"
    assert said.reads.in_words[-1].startswith("A reading of this bill is ESTIMATED")
    assert said.use is not None
    assert [bar.estimated for bar in said.use.chart.bars][-1]


def test_the_chart_shows_thirteen_periods_and_the_same_time_last_year() -> None:
    said = content(before=before(14)).use
    assert said is not None
    assert len(said.chart.bars) == 13
    assert [bar.now for bar in said.chart.bars] == [False] * 12 + [True]
    assert said.rows == (("Mar 7, 2025", "30", "12", "0.40"), ("Mar 2, 2026", "30", "10", "0.33"))
    assert said.compared == "17 % less a day than last year."


def test_a_service_without_a_meter_has_no_chart_and_no_reads() -> None:
    said = content({"begin": None, "end": None, "use_in_words": "This service has no meter."}, meter=None)
    assert (said.use, said.reads.rows) == (None, ())
    assert "This service has no meter." in text_of(bill_sheet(said))


def test_reads_that_do_not_fit_above_the_stub_stand_behind() -> None:
    """A meter exchanged twice, on an account with everything on it, of somebody with a long name."""
    [pair] = metered().reads
    full = Account(ACCOUNT.as_of, 100_00, -60_00, 25_00, -5_00, 12_00, 38_10)
    said = content({"holder_name": "Wilhelmina " * 9, "lines": [LINE] * 9, "total_cents": 3810 * 9}, account=full,
                   meter=Metered(1, "cf", (pair,) * 3), conversions=(("0.748", "kgal"),))  # fmt: skip
    text = text_of(bill_sheet(said))
    foot = next(n for n, line in enumerate(text) if "Page 1 of" in line)
    assert text.index("Meter reading") > foot
    assert text.count("N-1001 began") == 3
    plain = text_of(bill_sheet(content()))
    assert plain.index("Meter reading") < next(n for n, line in enumerate(plain) if "Page 1 of" in line)


@pytest.mark.parametrize("count", [1, 7, 9, 60])
def test_many_lines_go_on_behind(count: int) -> None:
    lines = [LINE.model_copy(update={"label": f"Charge {n}", "in_words": f"Charge {n}: {'word ' * 60}"})
             for n in range(count)]  # fmt: skip
    said = content({"lines": lines, "total_cents": 3810 * count})
    text = text_of(bill_sheet(said))
    fronts = 2 if count <= 8 else 1
    assert [text.count(f"Charge {n}") for n in range(count)] == [fronts] * count
    assert len([line for line in text if line.startswith("Bill number")]) >= 2


@pytest.mark.parametrize("changes", [{"days_count": 1}, {"quantity": "0"}, {"quantity": "123456789.5"}])
@pytest.mark.parametrize("language", ["en", "es"])
def test_odd_periods_are_drawn(changes: dict[str, Any], language: Any) -> None:
    assert bill_sheet(content(changes, language)).startswith(b"%PDF-")
