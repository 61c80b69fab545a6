"""The policy packs as the migration ships them."""

import json
import re
from copy import deepcopy
from pathlib import Path
from typing import Any

from services.billing.domain.policies import Policy, policy_from

MIGRATIONS = Path(__file__).parents[2] / "services/billing/migrations"
MIGRATION = MIGRATIONS / "0002_policies.sql"
_MUNICIPAL, _BPU, _COMMON = (
    json.loads(body) for body in re.findall(r"jsonb '(\{.*?\})'\)", MIGRATION.read_text("utf-8"), re.DOTALL)
)
_REFERENCES = (MIGRATIONS / "0009_references.sql").read_text("utf-8")
_COMMON["readings"] |= json.loads(re.findall(r"jsonb '(\{.*?\})'\)", _REFERENCES, re.DOTALL)[0])
_CORRECTIONS = (MIGRATIONS / "0011_corrections.sql").read_text("utf-8")
_COMMON |= json.loads(re.findall(r"jsonb '(\{.*?\})';", _CORRECTIONS, re.DOTALL)[0])
_METER_TESTS = (MIGRATIONS / "0012_meter_tests.sql").read_text("utf-8")
_COMMON |= json.loads(re.findall(r"jsonb '(\{.*?\})';", _METER_TESTS, re.DOTALL)[0])
_DEPOSITS = (MIGRATIONS / "0017_deposits.sql").read_text("utf-8")
_COMMON |= json.loads(re.findall(r"jsonb '(\{.*?\})';", _DEPOSITS, re.DOTALL)[0])
_REFUNDS = (MIGRATIONS / "0020_refunds.sql").read_text("utf-8")
_COMMON |= json.loads(re.findall(r"jsonb '(\{.*?\})';", _REFUNDS, re.DOTALL)[0])
_BUDGET_PLANS = (MIGRATIONS / "0018_budget_plans.sql").read_text("utf-8")
_COMMON |= json.loads(re.findall(r"jsonb '(\{.*?\})';", _BUDGET_PLANS, re.DOTALL)[0])


def body(pack: str = "nj-municipal", **changes: Any) -> dict[str, Any]:
    """A pack's numbers as a document, some of them changed."""
    own = _MUNICIPAL if pack == "nj-municipal" else _BPU
    return {**deepcopy({**own, **_COMMON}), **changes}


MUNICIPAL: Policy = policy_from(body())
BPU: Policy = policy_from(body("nj-bpu"))
