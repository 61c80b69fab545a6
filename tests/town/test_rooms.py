"""The rooms fixture itself: a service on a database of its own hears, says, strikes, works, and its clock is turned."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from shared import deadlines, jobs, outbox
from shared.auth import Role, permission
from shared.deadlines import Deadline, Strikes
from shared.events import billing
from shared.http import Door, ReadTx
from shared.ids import AccountId, AuthorizationId
from shared.inbox import Hearing
from shared.jobs import Chunk, Job
from shared.postgres import Tx
from shared.tower import Tower
from tests.rooms import MONDAY_TEN_O_CLOCK, ServiceFactory

hearing = Hearing()
strikes = Strikes()
ACCOUNT = AccountId(uuid4())
AUTHORIZATION = AuthorizationId(uuid4())


def _withdrawn() -> billing.ShutoffWithdrawn:
    return billing.ShutoffWithdrawn(
        account_id=ACCOUNT, authorization_id=AUTHORIZATION, reason_code="paid", withdrawn_at=MONDAY_TEN_O_CLOCK
    )


@hearing.on(billing.ShutoffWithdrawn)
async def on_shutoffs_withdrawn(tx: Tx, facts: Sequence[billing.ShutoffWithdrawn]) -> None:
    await deadlines.put(tx, *(Deadline("echo", fact.account_id, tx.now + timedelta(days=3)) for fact in facts))


@strikes.on("echo")
async def on_echoes_due(tx: Tx, due: Sequence[Deadline]) -> None:
    await outbox.put(tx, *(_withdrawn() for _ in due))


async def echo_in_two_chunks(tx: Tx, job: Job) -> Chunk:
    await outbox.put(tx, _withdrawn())
    return Chunk(cursor="one", done_count=1, finished=job.cursor == "one")


door = Door()


@door.get("/echoes", needs=permission("echoes.read", Role.SUPERVISOR))
async def list_echoes(tx: ReadTx) -> list[str]:
    return [tx.actor.subject]


ECHO = Tower("echo", door, hearing, strikes, Path(__file__).parent / "migrations", {"echo": echo_in_two_chunks})


async def test_a_fact_is_heard_once_and_its_deadline_strikes_when_the_clock_is_turned(service: ServiceFactory) -> None:
    rooms = await service(ECHO)
    await rooms.tell(_withdrawn(), _withdrawn())
    assert await rooms.strike() == 0
    rooms.clock.turn(days=3)
    assert await rooms.strike() == 1
    assert await rooms.news() == await rooms.said() == [_withdrawn()]
    assert await rooms.news() == []


async def test_jobs_are_worked_to_their_end(service: ServiceFactory) -> None:
    rooms = await service(ECHO)
    async with rooms.tx() as tx:
        job_id = await jobs.start(tx, "echo", {})
    await rooms.work()
    async with rooms.tx() as tx:
        assert (await jobs.find_job(tx, job_id)).state == "completed"
    assert len(await rooms.said()) == 2


async def test_rooms_of_two_services_are_apart(service: ServiceFactory) -> None:
    mine, yours = await service(ECHO), await service(ECHO)
    async with mine.tx() as tx:
        await outbox.put(tx, _withdrawn())
    assert len(await mine.said()) == 1
    assert await yours.said() == []


async def test_a_person_asks_over_http_and_her_role_decides(service: ServiceFactory) -> None:
    rooms = await service(ECHO)
    answer = await rooms.http("supervisor").get("/echoes")
    assert (answer.status_code, answer.json()) == (200, ["denise"])
    assert (await rooms.http("supervisor", "olga").get("/echoes")).json() == ["olga"]
    assert (await rooms.http("cashier").get("/echoes")).status_code == 403
