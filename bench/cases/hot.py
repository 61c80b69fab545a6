"""hot: every fifth payment is on one customer's account, against the same payments spread over all accounts."""

from bench.cases.post import ACCOUNTS_COUNT, heard, payments
from bench.measure import Aim, Row, compared, interleaved
from bench.stage import Stage
from shared.ids import new_id
from shared.tower import tower_of

COUNT = 30_000
HOT_SHARE = 5


async def hot(stage: Stage) -> list[Row]:
    """The rows of this case. Every payment moves the control account (cash) on both sides."""
    hearing = tower_of("billing").hearing
    await stage.topics([*hearing.topics(outside=False), *hearing.topics(outside=True)])
    count = stage.scaled(COUNT)
    accounts = [new_id() for _ in range(ACCOUNTS_COUNT)]
    one_of_five = [*accounts, *accounts[:1] * (ACCOUNTS_COUNT // (HOT_SHARE - 1))]
    ours, limit = await interleaved(
        heard(stage, payments(count, one_of_five)), heard(stage, payments(count, accounts)), stage.rounds_count
    )
    return [
        compared(
            "hot", "20 % of payments on one account", "payments/s", limit_is="ours, spread over all accounts",
            ours=ours, limit=limit, aims=[Aim("ratio", at_least=0.85)],
        )
    ]  # fmt: skip
