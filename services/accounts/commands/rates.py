"""Changes of what rates go by: recorded with their evidence, and told at once with the day from which they hold."""

from collections.abc import Mapping
from dataclasses import replace

from services.accounts import store
from services.accounts.commands.forms import RateChangeForm
from services.accounts.domain.accounts import numbered
from services.accounts.domain.agreements import rates_changed
from services.accounts.domain.changes import Change, in_force, make_change
from services.accounts.domain.circumstances import Circumstances
from services.accounts.domain.dockets import Docket
from services.accounts.domain.requests import AgreementUnknown
from shared import outbox
from shared.ids import AgreementId, new_id
from shared.postgres import Tx


async def change_rates(
    tx: Tx, forms: Mapping[AgreementId, RateChangeForm], versions: Mapping[AgreementId, int | None]
) -> None:
    """Record what rates go by from a day on; `versions` are those of the accounts that were read.

    Raises AgreementUnknown, AccountChangedSince, NothingChanges, ServiceNotTakenThen.
    """
    homes = await store.find_agreement_homes(tx, forms)
    docket = Docket(await store.lock_accounts(tx, [account_id for account_id, _ in homes.values()]))
    agreements = {one.agreement_id: one for one in await store.find_agreements(tx, docket.accounts)}
    known = await store.find_rate_changes(tx, forms)
    made: dict[AgreementId, Change[Circumstances]] = {}
    facts = []
    for agreement_id, form in forms.items():
        if agreement_id not in agreements:
            raise AgreementUnknown(field="agreement_id", agreement_id=agreement_id)
        agreement = agreements[agreement_id]
        docket.account(agreement.account_id, versions.get(agreement_id))
        on, changes = form.effective_on or tx.today, known.get(agreement_id, [])
        former = in_force(changes, agreement.circumstances, on)
        now = former.but(form.customer_class, form.dwelling_units, form.discounts)
        made[agreement_id] = make_change(
            changes, agreement.circumstances, new_id(), on=on, value=now, evidence=form.evidence
        )
        facts.append(rates_changed(agreement, now, on))
    told = numbered(facts, {one.account_id: one.version for one in docket.accounts.values()})
    await store.insert_rate_changes(tx, made, {one: form.reason_code for one, form in forms.items()})
    versions_told = {fact.account_id: fact.version for fact in told}
    await store.save_accounts(tx, [replace(docket.accounts[one], version=last) for one, last in versions_told.items()])
    await outbox.put(tx, *told)
