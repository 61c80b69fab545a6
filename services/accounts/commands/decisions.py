"""Decides before a service starts: about old debt, and about a deposit."""

from collections.abc import Mapping
from dataclasses import replace

from services.accounts import store
from services.accounts.commands.forms import DebtDecisionForm, DepositDecisionForm
from services.accounts.domain import decisions
from services.accounts.domain.accounts import check_open, numbered
from services.accounts.domain.decisions import Decision
from services.accounts.domain.dockets import Docket
from shared import outbox
from shared.events.accounts import DepositDecided
from shared.ids import AccountId, new_id
from shared.postgres import Tx


async def decide_debts(tx: Tx, forms: Mapping[AccountId, DebtDecisionForm]) -> None:
    """Record what was decided about applicants' old debt."""
    docket = Docket(await store.lock_accounts(tx, forms))
    owing = [form.owing_account_id for form in forms.values() if form.owing_account_id]
    holders = await store.find_holders(tx, [*forms, *owing])
    made = [
        Decision(
            new_id(), account_id, "debt", form.decision.value, form.reason_code, form.evidence, form.owing_account_id
        )
        for account_id, form in forms.items()
    ]
    for one in made:
        check_open(docket.account(one.account_id))
        decisions.check_debt(one, holders)
    await store.insert_decisions(tx, made)


async def decide_deposits(tx: Tx, forms: Mapping[AccountId, DepositDecisionForm]) -> None:
    """Record whether deposits are asked for, and tell it."""
    docket = Docket(await store.lock_accounts(tx, forms))
    made = [
        Decision(
            new_id(), account_id, "deposit", form.decision.value, form.reason_code, form.evidence,
            amount_cents=form.amount_cents,
        )
        for account_id, form in forms.items()
    ]  # fmt: skip
    for one in made:
        check_open(docket.account(one.account_id))
        decisions.check_deposit(one)
    facts = [
        DepositDecided(
            account_id=account_id, decision=form.decision.value, amount_cents=form.amount_cents,
            reason_code=form.reason_code, decided_on=tx.today,
        )
        for account_id, form in forms.items()
    ]  # fmt: skip
    told = numbered(facts, {account_id: docket.account(account_id).version for account_id in forms})
    await store.insert_decisions(tx, made)
    await store.save_accounts(tx, [replace(docket.account(one.account_id), version=one.version) for one in told])
    await outbox.put(tx, *told)
