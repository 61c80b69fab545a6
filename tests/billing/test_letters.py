"""Letters by themselves: what they need, when they may be mailed, and that they say the same in both languages."""

import hashlib
import re
from datetime import date
from typing import Any, get_args
from uuid import UUID

import pytest

from services.billing.domain.adjustments import CAUSES, SLOW_METER
from services.billing.domain.cancellations import Reason
from services.billing.domain.high_bills import Kind as WhyKind
from services.billing.domain.high_bills import Step
from services.billing.domain.letters import (
    ADDRESSED,
    NEEDED,
    FactMissing,
    Kind,
    Letter,
    State,
    check_facts,
    check_mailing,
    missing_of,
)
from services.billing.views.letters.content import LetterContent, letter_content
from services.billing.views.letters.plain import plain_letter
from services.billing.views.letters.sheet import letter_sheet
from services.billing.views.letters.version_1.phrases import PHRASES
from shared.errors import Refusal
from shared.ids import AccountId, LetterId
from shared.paper import Language
from tests.billing.papers import BILLER, text_of

MARCH = date(2026, 3, 2)
ADDRESS = {
    "account_number": "0000010016", "holder_name": "Ada Moreno", "mailing_address": "1001 Elm Street, Millbrook",
    "service_address": "1001 Elm Street", "biller": BILLER.model_dump(),
}  # fmt: skip
BILL = {
    "bill_id": str(UUID(int=1)), "rate_code": "nyc", "period_start_on": "2026-01-31", "period_end_on": "2026-03-02",
    "total_cents": 9868, "due_on": "2026-04-01",
}  # fmt: skip
PERIOD = {"end_on": "2026-03-02", "days": 30, "used": "20", "per_day": "0.667", "total_cents": 9868}
FACTS: dict[Kind, dict[str, Any]] = {
    "high_bill_findings": {
        "bill": BILL, "now": PERIOD, "beside": {**PERIOD, "days": 28, "total_cents": 4934, "end_on": "2025-03-01"},
        "difference_cents": 4934, "change_percent": 87, "unit": "hcf", "next_step": "leak_check",
        "reasons": [{"kind": "leak_pattern", "cents": 4600}, {"kind": "longer_period", "cents": 334},
                    {"kind": "season", "cents": None}],
    },
    "bill_explanation": {
        "bill": BILL, "lines": [{"label": "Water", "in_words": "10 hcf x $3.81 per hcf = $38.10.", "cents": 3810},
                                {"label": "Sewer", "in_words": "159 % of $38.10 = $60.58.", "cents": 6058}],
    },
    "adjustment": {
        "form": "leak", "cause": "leak_repaired", "total_cents": -2590, "bill": BILL, "due_on": None,
        "cents_by_service": {"water": -1000, "sewer": -1590}, "balance_cents": 7278,
    },
    "cancellation": {"reason_code": "misread_meter", "bill": BILL, "rebilled": None, "balance_cents": -2000},
    "dispute_decision": {
        "outcome": "upheld", "reason_code": "high_use", "bill": BILL, "cents_by_service": {"sewer": 6058},
        "new_due_on": "2026-03-17", "left_cents": 6058, "adjusted_cents": None,
    },
    "meter_test_result": {
        "finding": "fast", "meter_serial": "N-1001", "tested_on": "2026-03-02", "error_hundredths": 1000,
        "tolerance_hundredths": 150, "wrong_since_on": "2026-02-15", "credit_cents": 494,
    },
}  # fmt: skip
LANGUAGES: tuple[Language, ...] = get_args(Language)
KINDS: tuple[Kind, ...] = get_args(Kind)


def written(kind: Kind, language: Language = "en", state: State = "waiting", **changes: Any) -> LetterContent:
    """A letter to Ada, some of its facts changed."""
    return letter_content({
        "letter_id": LetterId(UUID(int=9)), "kind": kind, "state": state, "language": language, "template_version": 1,
        "facts": {**ADDRESS, **FACTS[kind], **changes}, "drawn_up_on": MARCH,
    })  # fmt: skip


def text(kind: Kind, language: Language = "en", **changes: Any) -> str:
    """Its words on one line."""
    return " ".join(plain_letter(written(kind, language, **changes)).decode().split())


@pytest.mark.parametrize("kind", KINDS)
def test_each_missing_fact_stops_a_letter_and_is_named(kind: Kind) -> None:
    whole = {**ADDRESS, **FACTS[kind]}
    check_facts(kind, whole)
    for name in (*ADDRESSED, *NEEDED[kind]):
        with pytest.raises(FactMissing) as stopped:
            check_facts(kind, {**whole, name: None})
        assert stopped.value.facts["missing"] == name
        assert stopped.value.remedy


def test_what_is_charged_needs_its_last_day_to_pay_and_the_first_bill_is_explained_instead() -> None:
    assert missing_of("adjustment", {**ADDRESS, **FACTS["adjustment"], "form": "back_bill"}) == ("due_on",)
    with pytest.raises(FactMissing) as stopped:
        check_facts("high_bill_findings", {**ADDRESS, **FACTS["high_bill_findings"], "beside": None})
    assert "bill_explanation" in stopped.value.remedy


@pytest.mark.parametrize(
    ("state", "mailed_on", "refusal"),
    [
        ("waiting", date(2026, 3, 2), None),
        ("waiting", date(2026, 3, 4), None),
        ("waiting", date(2026, 3, 1), "MailedBeforeDrawnUp"),
        ("waiting", date(2026, 3, 5), "MailedInTheFuture"),
        ("mailed", date(2026, 3, 3), "LetterAlreadyMailed"),
        ("voided", date(2026, 3, 3), "LetterWasVoided"),
    ],
)
def test_a_letter_is_mailed_once_on_a_day_between_its_drawing_up_and_today(
    state: State, mailed_on: date, refusal: str | None
) -> None:
    letter = Letter(LetterId(UUID(int=1)), AccountId(UUID(int=2)), "adjustment", state, MARCH)
    if refusal is None:
        check_mailing(letter, mailed_on, date(2026, 3, 4))
    else:
        with pytest.raises(Refusal) as said:
            check_mailing(letter, mailed_on, date(2026, 3, 4))
        assert type(said.value).__name__ == refusal


def test_both_languages_say_it_with_the_same_facts() -> None:
    for name, (english, spanish) in PHRASES.items():
        assert sorted(re.findall(r"\{(\w+)\}", english)) == sorted(re.findall(r"\{(\w+)\}", spanish)), name


def test_there_are_words_for_everything_that_may_have_happened() -> None:
    causes = {f"cause_{cause}" for form in CAUSES.values() for cause in form if cause != SLOW_METER}
    reasons = {f"reason_{one}" for one in get_args(Reason)}
    whys = {f"why_{one}" for one in get_args(WhyKind)} | {f"next_{one}" for one in get_args(Step)}
    assert causes | reasons | whys <= set(PHRASES)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_paper_page_and_text_say_the_same_words(kind: Kind, language: Language) -> None:
    letter = written(kind, language)
    plain = plain_letter(letter).decode()
    drawn = " ".join(text_of(letter_sheet(letter)))
    assert all(len(line) <= 76 for line in plain.splitlines())
    for said in (letter.date, letter.greeting, letter.closing, BILLER.phone, *(row.amount for row in letter.body.rows)):
        assert said in " ".join(plain.split())
        assert said in drawn
    for sentence in (letter.body.subject, *letter.body.before, *letter.body.after):
        assert sentence.split()[-1] in drawn
    assert letter_sheet(letter) == letter_sheet(written(kind, language)), "the same facts are the same bytes"


def test_letters_say_what_happened() -> None:
    assert "We have taken $25.90 off your bill for January 31, 2026 to March 2, 2026" in text("adjustment")
    assert "Water -$10.00" in text("adjustment")
    charged: dict[str, Any] = {
        "form": "back_bill",
        "cause": "tampering",
        "total_cents": 4200,
        "cents_by_service": {"water": 4200},
    }
    assert "The $42.00 are due on April 13, 2026" in text("adjustment", **charged, due_on="2026-04-13")
    assert "We have credited $25.90 to your account." in text("adjustment", bill=None)
    assert "a credit of $20.00" in text("cancellation")
    new = {"bill_id": str(UUID(int=2)), "total_cents": 3000, "due_on": "2026-04-02"}
    assert "The new bill for the same period comes to $30.00." in text("cancellation", rebilled=new)
    assert "$60.58 of what you questioned are still to be paid. The last day to pay is March 17" in text(
        "dispute_decision"
    )
    assert "its last day to pay was April 1, 2026" in text("dispute_decision", outcome="withdrawn", new_due_on=None)
    assert "It ran fast by 10 %, which is more than the 1.5 % that are allowed" in text("meter_test_result")
    assert "You are not charged" in text("meter_test_result", finding="slow", error_hundredths=-300)
    assert "You used 0.667 hcf a day in this period" in text("high_bill_findings")
    assert "Ahora se facturan 30 días; antes, 28." in text("high_bill_findings", "es")


def test_a_voided_letter_says_so_on_every_form() -> None:
    letter = written("adjustment", state="voided")
    assert "*** VOID ***" in plain_letter(letter).decode()
    assert "Void" in text_of(letter_sheet(letter))


def test_the_words_of_version_1_stay_as_they_were_mailed() -> None:
    """A letter is kept as sent: other words are a version_2 beside it. Only a new phrase is a reason to pin anew."""
    said = [text(kind, language) for kind in KINDS for language in LANGUAGES]
    pinned = hashlib.blake2b("\n".join([*said, *map(repr, sorted(PHRASES.items()))]).encode(), digest_size=8)
    assert pinned.hexdigest() == "812f293990902b49"
