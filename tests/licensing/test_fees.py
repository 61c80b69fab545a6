"""What a license costs, and what the law lets it cost."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.licensing.domain.fees import (
    FeeOutsideTheLaw,
    FeePartUnknown,
    FeeSchedule,
    FeeScheduleLiesBack,
    check_lawful,
    price,
    reprice,
    total_cents,
)
from tests.licensing.dog import FEES, TODAY, answers

RETAIL_FOOD = FeeSchedule.model_validate(
    {
        "parts": [
            {
                "kind": "by_choice", "code": "risk", "label": "By risk type", "choice_field": "risk_type",
                "amounts_cents": {"1": 10000, "2": 17500, "3": 25000, "4": 35000},
            },
            {"kind": "per_unit", "code": "copies", "label": "Copies", "count_field": "copies", "amount_cents": 500},
        ]
    }
)  # fmt: skip


def test_the_shipped_fee_is_lawful() -> None:
    check_lawful(FEES)


@pytest.mark.parametrize(
    ("dog", "cents", "parts"),
    [
        ({"altered": True}, 1200, ["municipal", "state_tag", "pilot_clinic"]),
        ({"altered": False}, 1500, ["municipal", "state_tag", "pilot_clinic", "not_altered"]),
        ({"altered": False, "service_dog": True}, 0, []),
        ({"altered": True, "service_dog": False}, 1200, ["municipal", "state_tag", "pilot_clinic"]),
    ],
)
def test_a_dog_costs_what_its_answers_say(dog: dict[str, Any], cents: int, parts: list[str]) -> None:
    lines = price(FEES, answers(**dog))
    assert total_cents(lines) == cents
    assert [line.code for line in lines] == parts
    assert all(line.citation for line in lines)


@pytest.mark.parametrize("cents", [150, 151, 1080, 2099, 2100])
def test_the_city_may_set_its_part_within_the_statute(cents: int) -> None:
    changed = reprice(FEES, {"municipal": cents}, TODAY, TODAY)
    assert total_cents(price(changed, answers(altered=False))) == cents + 420


@pytest.mark.parametrize(
    ("part", "cents", "law"),
    [
        ("municipal", 149, "N.J.S.A. 4:19-15.12"),
        ("municipal", 2101, "N.J.S.A. 4:19-15.12"),
        ("municipal", 0, "N.J.S.A. 4:19-15.12"),
        ("state_tag", 99, "N.J.S.A. 4:19-15.3"),
        ("pilot_clinic", 21, "N.J.S.A. 4:19-15.3c"),
        ("not_altered", 500, "N.J.S.A. 4:19-15.3b"),
    ],
)
def test_a_part_outside_its_statute_is_refused_by_the_name_of_the_law(part: str, cents: int, law: str) -> None:
    with pytest.raises(FeeOutsideTheLaw) as refusal:
        reprice(FEES, {part: cents}, TODAY, TODAY)
    assert refusal.value.facts["law"] == law
    assert law in str(refusal.value)
    assert refusal.value.field == f"amounts_cents.{part}"


def test_no_fee_is_changed_back_in_time() -> None:
    with pytest.raises(FeeScheduleLiesBack):
        reprice(FEES, {"municipal": 1200}, date(2026, 3, 1), TODAY)


def test_only_parts_that_exist_are_repriced() -> None:
    with pytest.raises(FeePartUnknown) as refusal:
        reprice(FEES, {"handling": 100}, TODAY, TODAY)
    assert "municipal" in refusal.value.facts["known"]


@given(st.sampled_from(["1", "2", "3", "4"]), st.integers(0, 40))
def test_other_types_are_priced_from_data_too(risk: str, copies: int) -> None:
    """Retail food by risk type (rulebook 7), and something that is counted."""
    lines = price(RETAIL_FOOD, {"risk_type": risk, "copies": copies})
    by_risk = {"1": 10000, "2": 17500, "3": 25000, "4": 35000}
    assert total_cents(lines) == by_risk[risk] + 500 * copies


@given(st.integers(0, 10_000))
def test_what_is_accepted_is_always_within_the_law(cents: int) -> None:
    try:
        changed = reprice(FEES, {"municipal": cents}, TODAY, TODAY)
    except FeeOutsideTheLaw:
        assert not 150 <= cents <= 2100
    else:
        assert 150 <= cents <= 2100
        check_lawful(changed)
