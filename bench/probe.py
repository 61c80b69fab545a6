"""A service that only keeps a read model: what the inbox costs, with nothing of a domain in it."""

from collections.abc import Sequence
from pathlib import Path

from shared.deadlines import Strikes
from shared.events.accounts import AccountOpened
from shared.events.billing import AccountCredited
from shared.http import Door
from shared.inbox import Hearing
from shared.postgres import Tx
from shared.tower import Tower

hearing = Hearing()


@hearing.on(AccountOpened)
async def on_accounts_opened(tx: Tx, facts: Sequence[AccountOpened]) -> None:
    """Keep accounts."""
    await tx.execute(
        "INSERT INTO seen_accounts SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::date[])"
        " ON CONFLICT (account_id) DO NOTHING",
        [fact.account_id for fact in facts], [fact.account_number for fact in facts],
        [fact.holder_name for fact in facts], [fact.service_address for fact in facts],
        [fact.opened_on for fact in facts],
    )  # fmt: skip


@hearing.on(AccountCredited)
async def on_accounts_credited(tx: Tx, facts: Sequence[AccountCredited]) -> None:
    """Keep which payments were credited."""
    await tx.execute(
        "INSERT INTO seen_credits SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::bigint[]) ON CONFLICT DO NOTHING",
        [fact.payment_id for fact in facts], [fact.account_id for fact in facts],
        [fact.amount_cents for fact in facts],
    )  # fmt: skip


tower = Tower(
    name="probe", door=Door(), hearing=hearing, strikes=Strikes(), migrations=Path(__file__).parent / "probe_migrations"
)
