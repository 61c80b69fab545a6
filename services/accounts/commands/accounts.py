"""Opens accounts, adds services to them, and closes them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import repeat, starmap

from services.accounts import store
from services.accounts.commands.forms import AccountForm, ServiceForm
from services.accounts.domain import accounts, openings
from services.accounts.domain.accounts import numbered
from services.accounts.domain.asked import Extension
from services.accounts.domain.dockets import Docket
from shared import outbox
from shared.ids import AccountId, new_id
from shared.postgres import Tx


async def open_accounts(tx: Tx, forms: Sequence[AccountForm]) -> list[AccountId]:
    """Open accounts, all or none; what they name is found or made, and what is taken over runs at once."""
    asked = [form.asked() for form in forms]
    register = await store.lock_register(tx, asked)
    serials = await store.find_account_serials(tx, len(asked))
    opened = openings.open_accounts(asked, register, serials, starmap(new_id, repeat(())), tx.today)
    await store.insert_opened(tx, opened)
    await outbox.put(tx, *opened.facts)
    return [account.account_id for account in opened.accounts]


async def add_services(
    tx: Tx, forms: Mapping[AccountId, ServiceForm], versions: Mapping[AccountId, int | None]
) -> None:
    """Add services to accounts at their own premise; what is taken over runs at once."""
    docket = Docket(await store.lock_accounts(tx, forms))
    accounts = [docket.account(account_id, versions.get(account_id)) for account_id in forms]
    addresses = await store.find_addresses(tx, [account.premise_id for account in accounts])
    asked = [
        Extension(account, addresses[account.premise_id], [forms[account.account_id].asked()]) for account in accounts
    ]
    register = await store.lock_register(tx, asked)
    extended, told = openings.add_services(asked, register, starmap(new_id, repeat(())), tx.today)
    await store.insert_extended(tx, extended)
    await store.save_accounts(tx, told)
    await outbox.put(tx, *extended.facts)


async def close_accounts(tx: Tx, versions: Mapping[AccountId, int | None]) -> None:
    """Close accounts on which nothing runs and no work is open. `versions` are those that were read."""
    docket = await store.lock_open_orders(tx, versions)
    agreements = await store.find_agreements(tx, versions)
    closures = [
        accounts.close(
            docket.account(account_id, versions[account_id]),
            [one for one in agreements if one.account_id == account_id],
            [one for one in docket.orders.values() if one.account_id == account_id],
            tx.today,
        )
        for account_id in versions
    ]
    facts = numbered([one.fact for one in closures], {one.account.account_id: one.account.version for one in closures})
    closed = [replace(one.account, version=fact.version) for one, fact in zip(closures, facts, strict=True)]
    await store.save_accounts(tx, closed)
    await outbox.put(tx, *facts)
