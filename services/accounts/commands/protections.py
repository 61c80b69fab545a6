"""Protects customers from being shut off, and warns those who visit them."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from services.accounts import store
from services.accounts.commands.forms.protections import EndForm, ProtectionForm, SafetyFlagForm
from services.accounts.commands.recording import record
from services.accounts.domain import nightly, protections, safety, shutoffs
from services.accounts.domain.accounts import numbered
from services.accounts.domain.dockets import Docket
from services.accounts.domain.protections import Protection, ProtectionAlreadyEnded, ProtectionUnknown
from services.accounts.domain.safety import Flag, FlagStandsAlready, FlagUnknown
from shared import deadlines, outbox
from shared.deadlines import Deadline
from shared.events.accounts import AccountProtected, AccountsFact, ProtectionEnded
from shared.ids import AccountId, ProtectionId, new_id
from shared.postgres import Tx

SAFETY_FLAG = "safety_flag"


async def protect(tx: Tx, account_id: AccountId, form: ProtectionForm) -> ProtectionId:
    """Protect a customer; a shut-off that is planned for a protected day, or under way, comes back."""
    docket = await store.lock_open_orders(tx, [account_id])
    docket.account(account_id)
    made = Protection(
        ProtectionId(new_id()), account_id, form.kind, form.from_on or tx.today, form.through_on, form.evidence
    )  # fmt: skip
    protections.check_span(made)
    for order in list(docket.orders.values()):
        if order.scheduled_on is not None and made.holds_on(order.scheduled_on):
            docket.put(shutoffs.protect(order, tx.now))
    await store.insert_protections(tx, [made])
    await record(tx, docket)
    await _tell(
        tx, docket,
        AccountProtected(
            account_id=account_id, protection_id=made.protection_id, from_on=made.from_on, through_on=made.through_on
        ),
    )  # fmt: skip
    return made.protection_id


async def end_protection(tx: Tx, protection_id: ProtectionId, form: EndForm) -> None:
    """End a protection before its time; what billing authorized goes its normal way again, step by step.

    Raises ProtectionUnknown, ProtectionAlreadyEnded.
    """
    protection = await store.lock_protection(tx, protection_id)
    if protection is None:
        raise ProtectionUnknown(field="protection_id", protection_id=protection_id)
    if protection.ended_on is not None:
        raise ProtectionAlreadyEnded(field="protection_id", ended_on=protection.ended_on)
    docket = Docket(await store.lock_accounts(tx, [protection.account_id]))
    await store.save_protection_end(tx, protection_id, tx.today, form.reason_code)
    await _tell(
        tx, docket,
        ProtectionEnded(account_id=protection.account_id, protection_id=protection_id, ended_on=tx.today),
    )  # fmt: skip


async def set_flag(tx: Tx, account_id: AccountId, form: SafetyFlagForm) -> UUID:
    """Warn whoever visits; nothing is told to anybody outside. Raises AccountUnknown, FlagStandsAlready."""
    Docket(await store.lock_accounts(tx, [account_id])).account(account_id)
    if await store.find_flags(tx, [account_id]):
        raise FlagStandsAlready(account_id=account_id)
    flag = Flag(new_id(), account_id, form.facts, tuple(dict.fromkeys(form.measures)), form.review_on)
    safety.check_review(flag, tx.today)
    await store.insert_flag(tx, flag)
    await deadlines.put(tx, Deadline(SAFETY_FLAG, flag.flag_id, nightly.first_moment(flag.review_on, tx.zone)))
    return flag.flag_id


async def lift_flag(tx: Tx, account_id: AccountId, flag_id: UUID, form: EndForm) -> None:
    """The warning is over before its review date. Raises AccountUnknown, FlagUnknown."""
    Docket(await store.lock_accounts(tx, [account_id])).account(account_id)
    standing = (await store.find_flags(tx, [account_id])).get(account_id)
    if standing is None or standing.flag_id != flag_id:
        raise FlagUnknown(field="flag_id", flag_id=flag_id)
    await store.save_flag_ends(tx, [flag_id], form.reason_code)
    await deadlines.remove(tx, SAFETY_FLAG, [flag_id])


async def lapse_flags(tx: Tx, due: Sequence[Deadline]) -> None:
    """The review date has come, and nobody set the flag again."""
    await store.save_flag_ends(tx, [one.about for one in due], safety.LAPSED)


async def _tell(tx: Tx, docket: Docket, fact: AccountsFact) -> None:
    account = docket.account(fact.account_id)
    [told] = numbered([fact], {account.account_id: account.version})
    await store.save_accounts(tx, [replace(account, version=told.version)])
    await outbox.put(tx, told)
