"""Rosa at the desk opens accounts, finds them by whatever a caller remembers, and closes them."""

from typing import Any
from uuid import uuid4

import pytest

from shared.auth import Role
from shared.events.accounts import AccountClosed, AccountOpened, ServiceStarted
from shared.ids import check_number, number_from
from tests.accounts.conftest import Json, Post, a_meter, a_service, an_account, kinds, opened
from tests.rooms import Rooms


async def find(rooms: Rooms, q: str) -> list[str]:
    answer = await rooms.http("csr").get("/accounts", params={"q": q})
    assert answer.status_code == 200, answer.text
    return [found["holder_name"] for found in answer.json()["items"]]


async def test_maria_is_taken_over_from_the_old_system(rooms: Rooms, post: Post) -> None:
    [made] = await opened(post)
    assert check_number(made["account_number"]) == made["account_number"]
    first, second = await rooms.news()
    assert isinstance(first, AccountOpened)
    assert (first.holder_name, first.service_address, first.mailing_address, first.version) == (
        "Maria Lopez", "12 Maple Street", "12 Maple Street", 1,
    )  # fmt: skip
    assert isinstance(second, ServiceStarted)
    assert (second.origin, second.start_reading, second.version) == ("conversion", 4711, 2)

    account = (await rooms.http("billing").get(f"/accounts/{made['account_id']}")).json()
    assert account["version"] == 2
    assert account["premise"]["block"] == "101"
    assert [(person["name"], person["role"]) for person in account["people"]] == [("Maria Lopez", "owner")]
    [water] = account["services"]
    assert (water["started_on"], water["meter"]["serial"], water["off_since"]) == ("2024-01-01", "M-88123", None)
    typed = f"{made['account_number'][:5]}-{made['account_number'][5:]}"
    by_number = await rooms.http("cashier").get(f"/accounts/by-number/{typed}")
    assert by_number.json() == account
    assert by_number.headers["etag"] == '"2"'


async def test_a_double_click_opens_one_account(rooms: Rooms, post: Post) -> None:
    key = str(uuid4())
    answers = [await post("/accounts", {"accounts": [an_account()]}, Idempotency_Key=key) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert kinds(await rooms.said()) == ["AccountOpened", "ServiceStarted"]


async def test_five_hundred_at_once_are_all_opened_in_their_order(rooms: Rooms, post: Post) -> None:
    forms = [
        an_account(
            f"Holder {n}", f"{n} Elm Street", premise={"street_address": f"{n} Elm Street"},
            services=[a_service(meter=a_meter(f"E-{n:05d}"), start_reading=n)],
        )
        for n in range(500)
    ]  # fmt: skip
    made = await opened(post, *forms)
    assert len({account["account_number"] for account in made}) == 500
    facts = await rooms.said()
    assert kinds(facts) == ["AccountOpened", "ServiceStarted"] * 500
    starts = [fact for fact in facts if isinstance(fact, ServiceStarted)]
    assert [start.start_reading for start in starts] == list(range(500))
    assert [str(start.account_id) for start in starts] == [account["account_id"] for account in made]


async def test_one_wrong_account_of_many_is_named_and_none_is_opened(rooms: Rooms, post: Post) -> None:
    wrong = an_account("Ana Ruiz", "14 Maple Street", services=[a_service(start_reading=10**6)])
    answer = await post("/accounts", {"accounts": [an_account(), wrong]})
    assert answer.status_code == 409
    assert answer.json()["field"] == "accounts.1.services.0.meter.serial"
    wrong["services"][0]["meter"] = a_meter("M-2")
    answer = await post("/accounts", {"accounts": [an_account(), wrong]})
    assert answer.status_code == 422
    assert answer.json()["field"] == "accounts.1.services.0.start_reading"
    assert "dials" in answer.json()["rule"]
    assert await rooms.said() == []


WRONG: list[tuple[str, Json, str]] = [
    ("nobody", an_account(holder={"role": "owner"}), "person_id"),
    ("an agent is no holder", an_account(holder={"role": "agent", "name": "Ana"}), "role"),
    ("half a parcel", an_account(premise={"street_address": "1 Elm", "block": "7"}), "parcel"),
    ("no address", an_account(premise={"street_address": "?!"}), "premise.street_address"),
    ("a conversion without a day", an_account(services=[a_service(started_on=None)]), "started_on"),
    ("a reading before the crew", an_account(services=[a_service("turn_on", start_reading=5)]), "reading"),
    ("kilowatts of water", an_account(services=[a_service(meter=a_meter(unit="kwh"))]), "meter.unit"),
    ("tomorrow", an_account(services=[a_service(started_on="2026-03-03")]), "started_on"),
    ("thirteen dials", an_account(services=[a_service(meter=a_meter(dials=13))]), "dials"),
    ("a field that is not there", an_account(nickname="Mia"), "nickname"),
    ("a name with a bell in it", an_account("Maria\x07"), "name"),
    ("a stranger's id", an_account(holder={"role": "owner", "person_id": str(uuid4())}), "person_id"),
]


async def test_what_is_wrong_is_named_with_its_remedy(rooms: Rooms, post: Post) -> None:
    for why, form, named in WRONG:
        answer = await post("/accounts", {"accounts": [form]})
        assert answer.status_code in (404, 422), (why, answer.text)
        problem = answer.json()
        assert named in problem["field"] + problem["rule"], why
        assert problem["remedy"], why
    assert await rooms.said() == []


@pytest.fixture
async def street(post: Post) -> list[Json]:
    """Four accounts in three houses."""
    return await opened(
        post,
        an_account("Margaret Johnson", holder={"role": "owner", "name": "Margaret Johnson", "phone": "(609) 555-0101"}),
        an_account("José Álvarez", "120 North Oak Avenue Apt 3", services=[a_service(meter=a_meter("N-77001"))],
                   premise={"street_address": "120 North Oak Avenue Apt 3", "block": "7", "lot": "3.01",
                            "qualifier": "C0003"}),
        an_account("Wei Chen", "88 Church Street", services=[a_service(meter=a_meter("K-5550123"))],
                   premise={"street_address": "88 Church Street", "block": "202", "lot": "9"}),
        an_account("Olga Petrova", "88 Church St.", services=[],
                   premise={"street_address": "88 CHURCH ST.", "block": "202", "lot": "9"}),
    )  # fmt: skip


REMEMBERED = {
    "Margaret Johnson": "Margaret Johnson",
    "jonson": "Margaret Johnson",
    "margret johnsen": "Margaret Johnson",
    "alvarez": "José Álvarez",
    "120 n oak": "José Álvarez",
    "120 Nroth Oak Ave": "José Álvarez",
    "12 maple st": "Margaret Johnson",
    "mapel street 12": "Margaret Johnson",
    "N-77001": "José Álvarez",
    "K5550123": "Wei Chen",
    "k-555012": "Wei Chen",
    "6095550101": "Margaret Johnson",
    "609 555 0101": "Margaret Johnson",
    "block 7 lot 3.01": "José Álvarez",
    "7/3.01/c0003": "José Álvarez",
    "petrova church street": "Olga Petrova",
    "chen 88 church": "Wei Chen",
}


async def test_a_caller_is_found_by_what_she_remembers(rooms: Rooms, street: list[Json]) -> None:
    found = {typed: (await find(rooms, typed) or ["nobody"])[0] for typed in REMEMBERED}
    assert found == REMEMBERED


async def test_a_number_finds_its_account_and_no_other(rooms: Rooms, street: list[Json]) -> None:
    assert await find(rooms, street[2]["account_number"]) == ["Wei Chen"]
    assert sorted(await find(rooms, "202/9")) == ["Olga Petrova", "Wei Chen"]
    assert await find(rooms, "202/10") == []
    assert await find(rooms, "xylophone quartz") == []


async def test_a_mistyped_number_is_said_to_be_mistyped(rooms: Rooms, street: list[Json]) -> None:
    number = street[0]["account_number"]
    swapped = number[:-2] + number[-1] + number[-2]
    answer = await rooms.http("csr").get(f"/accounts/by-number/{swapped}")
    assert answer.status_code == 422
    assert "proves" in answer.json()["rule"]
    assert await find(rooms, swapped) != []


async def test_all_accounts_are_listed_by_number_page_for_page(rooms: Rooms, street: list[Json]) -> None:
    first = (await rooms.http("csr").get("/accounts", params={"limit": 3})).json()
    second = (await rooms.http("csr").get("/accounts", params={"limit": 3, "cursor": first["next_cursor"]})).json()
    assert [found["account_number"] for found in first["items"] + second["items"]] == [
        account["account_number"] for account in street
    ]
    assert second["next_cursor"] is None


async def test_an_account_is_closed_when_nothing_runs(rooms: Rooms, post: Post) -> None:
    [running, empty] = await opened(post, an_account(), an_account("Ana Ruiz", services=[]))
    refused = await post(f"/accounts/{running['account_id']}/closure")
    assert (refused.status_code, refused.json()["title"]) == (409, "Service still runs")
    await rooms.news()
    stale = await post(f"/accounts/{empty['account_id']}/closure", If_Match='"7"')
    assert stale.status_code == 412
    closed = await post(f"/accounts/{empty['account_id']}/closure", If_Match='"1"')
    assert (closed.status_code, closed.json()["closed_on"]) == (200, "2026-03-02")
    [fact] = await rooms.news()
    assert isinstance(fact, AccountClosed)
    assert fact.version == 2
    again = await post(f"/accounts/{empty['account_id']}/closure")
    assert (again.status_code, again.json()["title"]) == (409, "Account is closed")


async def test_an_account_that_is_not_there_is_not_found(rooms: Rooms) -> None:
    for path in (f"/accounts/{uuid4()}", f"/accounts/by-number/{number_from(777)}", f"/orders/{uuid4()}"):
        assert (await rooms.http("csr").get(path)).status_code == 404


ALLOWED: dict[str, tuple[Any, set[str]]] = {
    "POST /accounts": ({"accounts": [an_account()]}, {"csr", "senior", "supervisor", "admin"}),
    "GET /accounts": (
        None, {"csr", "senior", "supervisor", "cashier", "billing", "licensing", "service", "admin"}
    ),
    "GET /orders": (None, {"csr", "senior", "supervisor", "billing", "field", "service", "admin"}),
}  # fmt: skip


async def test_each_door_is_open_to_those_it_names(rooms: Rooms) -> None:
    for asked, (body, allowed) in ALLOWED.items():
        method, path = asked.split()
        let_in = set()
        for role in Role:
            key = {"Idempotency-Key": str(uuid4())} if body else None
            answer = await rooms.http(role.value).request(method, path, json=body, headers=key)
            if answer.status_code != 403:
                let_in.add(role.value)
        assert let_in == allowed, asked
