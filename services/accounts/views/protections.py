"""Restricted records: why somebody is protected, why a crew takes care; and what everybody who visits must know."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, Field

from services.accounts.domain.protections import ProtectionKind
from services.accounts.domain.safety import Measure
from services.accounts.views.of_account import find_of_account
from shared.ids import AccountId, ProtectionId
from shared.postgres import Reader

_PROTECTIONS = """
SELECT a.account_id, coalesce((
    SELECT jsonb_agg(to_jsonb(p) - 'account_id' ORDER BY p.protection_id)
    FROM protections p WHERE p.account_id = a.account_id), '[]') AS protections
FROM accounts a WHERE a.account_id = $1
"""
_FLAGS = """
SELECT a.account_id, coalesce((
    SELECT jsonb_agg(to_jsonb(f) - 'account_id' ORDER BY f.flag_id)
    FROM safety_flags f WHERE f.account_id = a.account_id), '[]') AS flags
FROM accounts a WHERE a.account_id = $1
"""
_MEASURES = """
SELECT a.account_id, coalesce((
    SELECT to_jsonb(f.measures) FROM safety_flags f WHERE f.account_id = a.account_id AND f.ended_at IS NULL),
    '[]') AS measures
FROM accounts a WHERE a.account_id = $1
"""


class ProtectionSet(BaseModel):
    """A protection that was recorded."""

    protection_id: ProtectionId


class FlagSet(BaseModel):
    """A safety flag that was set."""

    flag_id: UUID


class ProtectionView(BaseModel):
    """A protection with what it goes by: restricted."""

    protection_id: ProtectionId
    kind: ProtectionKind
    from_on: date
    through_on: date = Field(description="The last day that is protected.")
    evidence: str
    recorded_at: datetime
    recorded_by: str
    ended_on: date | None = Field(description="The first day that it no longer held, where it was ended early.")
    ended_by: str | None
    end_reason: str | None


class ProtectionsView(BaseModel):
    """All protections of an account, the first one first."""

    account_id: AccountId
    protections: list[ProtectionView]


class FlagView(BaseModel):
    """A safety flag with its facts: restricted."""

    flag_id: UUID
    facts: str
    measures: list[Measure]
    review_on: date
    recorded_at: datetime
    recorded_by: str
    ended_at: datetime | None = Field(description="Null: it stands.")
    ended_by: str | None
    end_reason: str | None


class FlagsView(BaseModel):
    """All safety flags of an account, the first one first."""

    account_id: AccountId
    flags: list[FlagView]


class MeasuresView(BaseModel):
    """What to take care of at an account, without the facts; mostly nothing."""

    account_id: AccountId
    measures: list[Measure]


async def find_protections(tx: Reader, account_id: AccountId) -> ProtectionsView:
    """The protections of an account. Raises AccountUnknown."""
    return await find_of_account(tx, ProtectionsView, _PROTECTIONS, account_id)


async def find_flags(tx: Reader, account_id: AccountId) -> FlagsView:
    """The safety flags of an account. Raises AccountUnknown."""
    return await find_of_account(tx, FlagsView, _FLAGS, account_id)


async def find_measures(tx: Reader, account_id: AccountId) -> MeasuresView:
    """What to take care of at an account. Raises AccountUnknown."""
    return await find_of_account(tx, MeasuresView, _MEASURES, account_id)
