"""What must be met before a license is granted, and how the answers show it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.licensing.domain.requirements import (
    RequirementUnknown,
    Rules,
    assess,
    requirement_named,
    unmet_blocking,
)
from services.licensing.domain.terms import Term, term_from
from tests.licensing.dog import NOW, RULES, RULES_DATA, TODAY, answers

TERM = term_from(RULES.term, TODAY)


def unmet(**changes: str) -> list[str]:
    findings = assess(RULES, answers(**changes), TERM, NOW, NOW)
    return [finding.requirement.code for finding in unmet_blocking(findings, frozenset())]


@pytest.mark.parametrize(
    ("born_on", "is_old_enough"),
    [("2023-05-14", True), ("2025-08-02", True), ("2025-08-03", False), ("2026-03-01", False), ("0001-01-01", True),
     ("9999-12-31", False)],
)  # fmt: skip
def test_a_dog_is_licensed_from_seven_months_of_age(born_on: str, is_old_enough: bool) -> None:
    """N.J.S.A. 4:19-15.1, asked on March 2, 2026."""
    assert ("licensing_age" not in unmet(born_on=born_on)) is is_old_enough


@pytest.mark.parametrize(
    ("immune_until", "is_long_enough"),
    [("2026-12-01", True), ("2026-11-30", False), ("2026-03-03", False), ("2029-01-01", True), ("9999-12-31", True)],
)
def test_rabies_cover_lasts_ten_of_the_twelve_months(immune_until: str, is_long_enough: bool) -> None:
    """N.J.A.C. 8:23A-4.1: the licensing year began on February 1, 2026, and its tenth month ends with November."""
    assert ("rabies_cover" not in unmet(rabies_immune_until=immune_until)) is is_long_enough


def test_what_was_found_says_the_day_that_would_do() -> None:
    (finding,) = [f for f in assess(RULES, answers(rabies_immune_until="2026-05-01"), TERM, NOW, NOW) if f.unmet]
    assert finding.unmet == "the date given is 2026-05-01; it must be 2026-12-01 or later"


def test_a_waived_requirement_stands_against_nothing() -> None:
    findings = assess(RULES, answers(rabies_immune_until="2026-05-01"), TERM, NOW, NOW)
    assert list(unmet_blocking(findings, frozenset({"rabies_cover"}))) == []


def test_an_unknown_requirement_is_refused_with_those_that_exist() -> None:
    with pytest.raises(RequirementUnknown) as refusal:
        requirement_named(RULES, "leash", "requirement")
    assert refusal.value.facts["known"] == ["licensing_age", "rabies_cover"]


def marriage_rules() -> Rules:
    """Another type of rulebook 7: 72 hours between application and license, and a witness named."""
    common = {"citation": "N.J.S.A. 37:1-4", "severity": "blocking", "fields": ["witness"], "reason_code": "r",
              "remedy": "Wait.", "evidence": "None."}  # fmt: skip
    wait = {"code": "wait", "label": "72 hours", "check": {"kind": "waited_hours", "hours": 72}, **common}
    witness = {"code": "witness", "label": "A witness", "check": {"kind": "given", "field": "witness"}, **common}
    return Rules.model_validate({**RULES_DATA, "requirements": [wait, witness]})


def test_other_types_are_checked_from_data_too() -> None:
    term = Term(date(2026, 3, 2), date(2026, 4, 1), date(2026, 3, 2))
    early = datetime(2026, 3, 5, 14, 59, tzinfo=UTC)
    for answered, now, expected in (
        ({"witness": "Ann Lee"}, early, ["wait"]),
        ({"witness": "Ann Lee"}, early + timedelta(minutes=1), []),
        ({}, early + timedelta(minutes=1), ["witness"]),
        ({"witness": ""}, early, ["wait", "witness"]),
    ):
        findings = assess(marriage_rules(), answered, term, NOW, now)
        assert [finding.requirement.code for finding in unmet_blocking(findings, frozenset())] == expected
