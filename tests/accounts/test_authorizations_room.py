"""What billing authorizes, withdraws and brings back, in whatever order it is heard."""

import asyncio
from uuid import UUID, uuid4

from shared.events.accounts import (
    ServiceOrderRequested,
)
from tests.accounts.conftest import (
    Json,
    Post,
    a_service,
    an_account,
    authorized,
    kinds,
    opened,
    the_order,
)
from tests.accounts.crew import (
    at_the_door,
    at_the_valve,
    brought_back,
    completion,
    off_since,
    withdrawn,
)
from tests.rooms import Rooms


async def test_a_withdrawal_heard_before_its_authorization_wins(rooms: Rooms, post: Post) -> None:
    [account] = await opened(post)
    await rooms.tell(withdrawn(account))
    await rooms.tell(authorized(account, UUID(int=77)), authorized(account, UUID(int=78)))
    order = await the_order(rooms)
    assert order["authorization_id"] == str(UUID(int=78))


async def test_authorization_and_withdrawal_in_one_set_and_each_twice(rooms: Rooms, post: Post) -> None:
    [account] = await opened(post)
    for _ in range(2):
        await rooms.tell(authorized(account, UUID(int=77)), authorized(account, UUID(int=77)), withdrawn(account))
    order = await the_order(rooms)
    assert order["state"] == "cancelled"
    facts = await rooms.said()
    assert kinds(facts)[2:] == ["ServiceOrderRequested", "ServiceOrderCancelled"]
    [requested] = [fact for fact in facts if isinstance(fact, ServiceOrderRequested)]
    assert requested.authorization_id == UUID(int=77)


async def test_paid_between_the_valve_and_the_office_is_healed_by_a_reconnection(
    rooms: Rooms, post: Post, maria: Json
) -> None:
    path = await at_the_valve(rooms, post)
    await completion(rooms, post, path)
    await rooms.tell(withdrawn(maria))
    assert (await the_order(rooms))["state"] == "completed"
    await rooms.tell(brought_back(maria))
    assert (await the_order(rooms, "reconnection"))["state"] == "requested"


async def test_completion_and_withdrawal_at_the_same_instant_end_in_one_order_of_events(
    rooms: Rooms, post: Post, maria: Json
) -> None:
    path = await at_the_valve(rooms, post)
    done, _ = await asyncio.gather(completion(rooms, post, path), rooms.tell(withdrawn(maria)))
    order = await the_order(rooms)
    last = kinds(await rooms.said())[-1]
    if done.status_code == 200:
        assert (order["state"], last) == ("completed", "ServiceOrderCompleted")
        assert await off_since(rooms, maria) is not None
    else:
        assert (order["state"], last) == ("cancelled", "ServiceOrderCancelled")
        assert await off_since(rooms, maria) is None


async def test_a_reconnection_calls_off_a_shutoff_that_was_not_done(rooms: Rooms, post: Post, maria: Json) -> None:
    await at_the_door(rooms, post)
    await rooms.tell(brought_back(maria))
    assert (await the_order(rooms))["reason_code"] == "paid"
    reconnection = await the_order(rooms, "reconnection")
    assert (reconnection["state"], reconnection["reason_code"]) == ("cancelled", "already_on")


async def test_where_nothing_runs_any_more_there_is_nothing_to_shut(rooms: Rooms, post: Post) -> None:
    [waiting, none] = await opened(
        post, an_account(services=[a_service("turn_on")]), an_account("Ana Ruiz", services=[])
    )
    await rooms.tell(authorized(waiting))
    order = await the_order(rooms)
    assert (order["state"], order["reason_code"]) == ("cancelled", "no_running_service")
    taken = await rooms.tell_anyhow(authorized(none), authorized({"account_id": str(uuid4())}))
    assert len(taken.asides) == 2


async def test_water_is_what_is_shut_and_sewer_is_not(rooms: Rooms, post: Post) -> None:
    sewer = a_service(commodity="sewer", meter=None, start_reading=None)
    electric = a_service(
        commodity="electric", meter={"serial": "E-1", "size": "200A", "dials": 5, "unit": "kwh"}, start_reading=1
    )
    [account] = await opened(post, an_account(services=[sewer, electric, a_service()]))
    await rooms.tell(authorized(account))
    assert (await the_order(rooms))["commodity"] == "water"
