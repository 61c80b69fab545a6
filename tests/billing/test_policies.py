"""A town may be kinder than the law, never harder: what breaks a limit is refused, and the law is named."""

from typing import Any

import pytest

from services.billing.domain.policies import PolicyBreaksLaw, PolicyUnsound, check_lawful, policy_from
from tests.billing.policies import body


def test_both_packs_are_lawful_as_they_ship() -> None:
    check_lawful("nj-municipal", policy_from(body()))
    check_lawful("nj-bpu", policy_from(body("nj-bpu")))


@pytest.mark.parametrize(
    ("pack", "changes", "law"),
    [
        ("nj-municipal", {"notice_after_due_days": 29}, "N.J.S.A. 40A:31-12"),
        ("nj-municipal", {"shutoff_after_notice_days": 9}, "N.J.S.A. 40A:31-12"),
        ("nj-bpu", {"due_after_days": 19}, "N.J.A.C. 14:3-3A.3"),
        ("nj-bpu", {"shutoff_after_notice_days": 9}, "N.J.A.C. 14:3-3A.3"),
        ("nj-bpu", {"arrears_over_cents": 199_99}, "N.J.A.C. 14:3-3A.3"),
        ("nj-bpu", {"arrears_over_days": 89}, "N.J.A.C. 14:3-3A.3"),
    ],
)
def test_a_number_beyond_the_law_is_refused_with_the_law(pack: Any, changes: dict[str, Any], law: str) -> None:
    with pytest.raises(PolicyBreaksLaw) as refused:
        check_lawful(pack, policy_from(body(pack, **changes)))
    assert refused.value.facts["law"] == law
    assert refused.value.field in {f"body.{name}" for name in changes}


def test_a_number_that_is_missing_is_named() -> None:
    given = body()
    del given["readings"]["high_percent"]
    with pytest.raises(PolicyUnsound) as refused:
        policy_from(given)
    assert refused.value.field == "body.readings.high_percent"
