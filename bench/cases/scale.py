"""scale: what a second worker gains, against what a second writer gains the bare kernel; order per account is kept."""

from bench.cases.post import bare, heard, payments
from bench.measure import Aim, Row, Run, interleaved, of_figures
from bench.stage import Stage
from shared.ids import new_id
from shared.tower import tower_of

COUNT = 20_000
ACCOUNTS_COUNT = 10_000


async def scale(stage: Stage) -> list[Row]:
    """The rows of this case: gains, one worker to two. A round is void when an account's payments changed places."""
    hearing = tower_of("billing").hearing
    await stage.topics([*hearing.topics(outside=False), *hearing.topics(outside=True)])
    facts = payments(stage.scaled(COUNT), [new_id() for _ in range(ACCOUNTS_COUNT)])
    two, one = await interleaved(
        heard(stage, facts, members_count=2), heard(stage, facts, members_count=1), stage.rounds_count
    )
    bare_two, bare_one = await interleaved(
        bare(stage, facts, writers_count=2), bare(stage, facts, writers_count=1), stage.rounds_count
    )
    broken = [run.broken for run in (*two, *one, *bare_two, *bare_one) if run.broken]
    return [
        of_figures(
            "scale", "gain of a second worker", "×", limit_is="the kernel's own gain",
            rounds=list(zip(_gains(two, one), _gains(bare_two, bare_one), strict=True)),
            aims=[Aim("ratio", at_least=0.9)], void_because=broken[0] if broken else None,
        )
    ]  # fmt: skip


def _gains(two: list[Run], one: list[Run]) -> list[float]:
    return [more.rate / less.rate for more, less in zip(two, one, strict=True)]
