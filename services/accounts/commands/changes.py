"""Changes of name and of mailing address: recorded with their evidence, told when they are in force."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from services.accounts import store
from services.accounts.commands.forms import AddressChangeForm, NameChangeForm
from services.accounts.domain import nightly
from services.accounts.domain.accounts import Account, PersonUnknown, numbered
from services.accounts.domain.changes import Change, latest, make_change
from services.accounts.domain.dockets import Docket
from services.accounts.domain.search import folded
from shared import deadlines, outbox
from shared.deadlines import Deadline
from shared.events.accounts import AccountsFact, HolderNameChanged, MailingAddressChanged
from shared.ids import AccountId, PersonId, new_id
from shared.postgres import Tx

NAME_IN_FORCE = "name_in_force"
ADDRESS_IN_FORCE = "address_in_force"
DATA_PROCESSING_FILE = "data_processing_file"
THE_FILE = UUID(int=0)
"""There is one file a night, so the deadline is about no id in particular."""


async def change_names(tx: Tx, forms: Mapping[PersonId, NameChangeForm]) -> None:
    """Record changes of name; who holds an account and who owns a house stay as they are. Raises PersonUnknown."""
    people = await store.lock_people(tx, forms)
    known = await store.find_name_changes(tx, forms)
    made: dict[PersonId, Change[str]] = {}
    for person_id, form in forms.items():
        if person_id not in people:
            raise PersonUnknown(field="person_id", person_id=person_id)
        made[person_id] = make_change(
            known.get(person_id, []), people[person_id].name, new_id(),
            on=form.effective_on or tx.today, value=form.name, evidence=form.evidence,
        )  # fmt: skip
    await store.insert_name_changes(tx, made)
    await _wait(tx, NAME_IN_FORCE, made.values())
    await apply_names(tx, [person_id for person_id, one in made.items() if one.effective_on <= tx.today])


async def apply_names(tx: Tx, person_ids: Sequence[PersonId]) -> None:
    """Let the names that hold today be the ones that people read and are found by, and tell their accounts."""
    people = await store.lock_people(tx, person_ids)
    changes = await store.find_name_changes(tx, people)
    holds = {person_id: latest(changes.get(person_id, []), tx.today) for person_id in people}
    now = {person_id: one for person_id, one in holds.items() if one and one.value != people[person_id].name}
    held = await store.find_held(tx, now)
    accounts = await store.lock_accounts(tx, held)
    await store.save_names(tx, {person_id: one.value for person_id, one in now.items()})
    await store.save_words(tx, {person_id: folded(one.value) for person_id, one in now.items()})
    facts = [
        HolderNameChanged(
            account_id=account_id, holder_name=one.value, effective_on=one.effective_on,
            person_id=held[account_id], change_id=one.change_id,
        )
        for account_id in accounts
        for one in [now[held[account_id]]]
    ]  # fmt: skip
    await _tell(tx, accounts, facts)


async def change_addresses(
    tx: Tx, forms: Mapping[AccountId, AddressChangeForm], versions: Mapping[AccountId, int | None]
) -> None:
    """Record changes of mailing address; the next file for data processing has them."""
    docket = Docket(await store.lock_accounts(tx, forms))
    known = await store.find_address_changes(tx, forms)
    made = {
        account_id: make_change(
            known.get(account_id, []), docket.account(account_id, versions.get(account_id)).mailing_address, new_id(),
            on=form.effective_on or tx.today, value=form.mailing_address, evidence=form.evidence,
        )
        for account_id, form in forms.items()
    }  # fmt: skip
    await store.insert_address_changes(tx, made)
    await deadlines.put(tx, Deadline(DATA_PROCESSING_FILE, THE_FILE, nightly.next_night(tx.now, tx.zone)))
    await _wait(tx, ADDRESS_IN_FORCE, made.values())
    await apply_addresses(tx, [account_id for account_id, one in made.items() if one.effective_on <= tx.today])


async def apply_addresses(tx: Tx, account_ids: Sequence[AccountId]) -> None:
    """Let the addresses that hold today be the ones to which bills are sent, and tell it."""
    accounts = await store.lock_accounts(tx, account_ids)
    changes = await store.find_address_changes(tx, accounts)
    holds = {account_id: latest(changes.get(account_id, []), tx.today) for account_id in accounts}
    now = {one: to for one, to in holds.items() if to and to.value != accounts[one].mailing_address}
    await store.save_addresses(tx, {account_id: to.value for account_id, to in now.items()})
    facts = [
        MailingAddressChanged(account_id=one, mailing_address=to.value, effective_on=to.effective_on)
        for one, to in now.items()
    ]
    await _tell(tx, accounts, facts)


async def make_file(tx: Tx) -> None:
    """Make the file of the night: every change of address that no file has taken."""
    lines = await store.lock_waiting_lines(tx)
    if lines:
        digest = nightly.digest_of(nightly.text_of(lines))
        await store.insert_file(tx, [line.change_id for line in lines], digest)


async def apply_due_names(tx: Tx, due: Sequence[Deadline]) -> None:
    """The day has come from which these names hold."""
    await apply_names(tx, await store.find_changed_people(tx, [one.about for one in due]))


async def apply_due_addresses(tx: Tx, due: Sequence[Deadline]) -> None:
    """The day has come from which these addresses hold."""
    await apply_addresses(tx, await store.find_changed_accounts(tx, [one.about for one in due]))


async def _wait(tx: Tx, kind: str, made: Iterable[Change[str]]) -> None:
    """What holds from a later day on is told when that day begins."""
    later = [one for one in made if one.effective_on > tx.today]
    await deadlines.put(
        tx, *(Deadline(kind, one.change_id, nightly.first_moment(one.effective_on, tx.zone)) for one in later)
    )


async def _tell(tx: Tx, accounts: Mapping[AccountId, Account], facts: Sequence[AccountsFact]) -> None:
    told = numbered(facts, {one.account_id: one.version for one in accounts.values()})
    await store.save_accounts(tx, [replace(accounts[one.account_id], version=one.version) for one in told])
    await outbox.put(tx, *told)
