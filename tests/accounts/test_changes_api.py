"""Ana marries and moves: what held, what holds and what will hold; who is told; and the file for data processing."""

import asyncio
from hashlib import sha256
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from shared.events.accounts import HolderNameChanged, MailingAddressChanged
from tests.accounts.conftest import Json, Post, a_meter, a_service, an_account, kinds, opened
from tests.rooms import Rooms

SEEN = "Marriage certificate 2026-114"
FORM = "Change-of-address form, signed"


async def ana(post: Post) -> Json:
    """Ana's account at 12 Maple Street."""
    [account] = await opened(post, an_account("Ana Reyes"))
    return account


async def read(rooms: Rooms, path: str, **params: str) -> Any:
    answer = await rooms.http("csr").get(path, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def renamed(rooms: Rooms, post: Post, account: Json, name: str, **more: str) -> Json:
    """Rosa records the holder's new name."""
    holder = (await read(rooms, f"/accounts/{account['account_id']}"))["holder_id"]
    answer = await post(f"/people/{holder}/name-changes", {"name": name, "evidence": SEEN} | more)
    assert answer.status_code == 201, answer.text
    history: Json = answer.json()
    return history


async def moved(post: Post, account: Json, to: str, **more: str) -> Any:
    """Rosa records where the bills go."""
    form = {"mailing_address": to, "evidence": FORM} | more
    return await post(f"/accounts/{account['account_id']}/address-changes", form)


async def names_found(rooms: Rooms, q: str) -> list[str]:
    return [found["holder_name"] for found in (await read(rooms, "/accounts", q=q))["items"]]


async def test_ana_has_another_name_and_is_found_by_both(rooms: Rooms, post: Post) -> None:
    account = await ana(post)
    before = await read(rooms, f"/accounts/{account['account_id']}")
    await rooms.news()
    history = await renamed(rooms, post, account, "Ana Ortiz")
    assert (history["name"], history["changes"][0]["former_name"], history["changes"][0]["evidence"]) == (
        "Ana Ortiz", "Ana Reyes", SEEN,
    )  # fmt: skip
    [fact] = await rooms.news()
    assert isinstance(fact, HolderNameChanged)
    assert (fact.holder_name, str(fact.effective_on), fact.version) == ("Ana Ortiz", "2026-03-02", 3)
    assert (str(fact.person_id), str(fact.change_id)) == (before["holder_id"], history["changes"][0]["change_id"])
    assert await names_found(rooms, "ana ortiz") == ["Ana Ortiz"]
    assert await names_found(rooms, "reyes") == ["Ana Ortiz"]
    after = await read(rooms, f"/accounts/{account['account_id']}")
    assert after["holder_id"] == before["holder_id"], "a change of name is not a change of owner"
    assert [(one["role"], one["since_on"]) for one in after["people"]] == [("owner", before["opened_on"])]


async def test_all_accounts_that_she_holds_are_told_and_no_other(rooms: Rooms, post: Post) -> None:
    first = await ana(post)
    holder = (await read(rooms, f"/accounts/{first['account_id']}"))["holder_id"]
    second, _ = await opened(
        post,
        an_account(holder={"role": "owner", "person_id": holder}, premise={"street_address": "2 Elm"}, services=[]),
        an_account("Wei Chen", premise={"street_address": "3 Elm"}, services=[]),
    )
    await rooms.news()
    await renamed(rooms, post, first, "Ana Ortiz")
    facts = await rooms.news()
    assert {str(fact.account_id) for fact in facts if isinstance(fact, HolderNameChanged)} == {
        first["account_id"], second["account_id"],
    }  # fmt: skip
    assert len(facts) == 2


async def test_what_was_true_on_a_past_day_can_be_asked(rooms: Rooms, post: Post) -> None:
    account = await ana(post)
    path = f"/accounts/{account['account_id']}"
    rooms.clock.turn(days=30)
    await renamed(rooms, post, account, "Ana Ortiz", effective_on="2026-03-20")
    assert (await moved(post, account, "PO Box 9", effective_on="2026-03-10")).status_code == 201
    for day, name, address in [
        ("2026-03-02", "Ana Reyes", "12 Maple Street"),
        ("2026-03-09", "Ana Reyes", "12 Maple Street"),
        ("2026-03-10", "Ana Reyes", "PO Box 9"),
        ("2026-03-20", "Ana Ortiz", "PO Box 9"),
        ("2026-04-01", "Ana Ortiz", "PO Box 9"),
    ]:
        then = await read(rooms, path, as_of=day)
        assert (then["people"][0]["name"], then["mailing_address"]) == (name, address), day
        assert then["services"][0]["meter"]["serial"] == "M-88123"
    now = await read(rooms, path)
    assert await read(rooms, path, as_of="2026-04-01") == now
    for day, title in [("2026-03-01", "Account not opened yet"), ("2026-04-02", "Day to come")]:
        refused = await rooms.http("csr").get(path, params={"as_of": day})
        assert (refused.json()["title"], refused.json()["field"]) == (title, "as_of")


async def test_work_that_was_open_on_a_past_day(rooms: Rooms, post: Post) -> None:
    account = await ana(post)
    order = (await post("/orders", {"kind": "turn_off", "agreement_id": account["services"][0]["agreement_id"]})).json()
    rooms.clock.turn(days=1)
    await post(f"/orders/{order['order_id']}/cancellation", {"reason_code": "stays_after_all"})
    path = f"/accounts/{account['account_id']}"
    [then] = (await read(rooms, path, as_of="2026-03-02"))["open_orders"]
    assert (then["order_id"], then["state"]) == (order["order_id"], "requested")
    assert (await read(rooms, path, as_of="2026-03-03"))["open_orders"] == []


async def test_a_change_to_come_is_told_when_its_day_comes(rooms: Rooms, post: Post) -> None:
    account = await ana(post)
    await rooms.news()
    await renamed(rooms, post, account, "Ana Ortiz", effective_on="2026-03-05")
    answer = await moved(post, account, "PO Box 9", effective_on="2026-03-05")
    assert answer.json()["mailing_address"] == "12 Maple Street"
    rooms.clock.turn(days=2, hours=13.9)
    await rooms.strike()
    assert await rooms.news() == []
    rooms.clock.turn(hours=0.2)
    await rooms.strike()
    assert sorted(kinds(await rooms.news())) == ["HolderNameChanged", "MailingAddressChanged"]
    now = await read(rooms, f"/accounts/{account['account_id']}")
    assert (now["people"][0]["name"], now["mailing_address"], now["version"]) == ("Ana Ortiz", "PO Box 9", 4)


async def test_what_is_known_late_and_lies_before_what_holds_changes_the_past_only(rooms: Rooms, post: Post) -> None:
    account = await ana(post)
    rooms.clock.turn(days=30)
    await moved(post, account, "PO Box 9", effective_on="2026-03-20")
    await rooms.news()
    await moved(post, account, "4 Oak Street", effective_on="2026-03-10")
    assert await rooms.news() == []
    path = f"/accounts/{account['account_id']}"
    then = [(await read(rooms, path, as_of=f"2026-03-{day}"))["mailing_address"] for day in ("09", "10", "20")]
    assert then == ["12 Maple Street", "4 Oak Street", "PO Box 9"]


async def test_a_wrong_change_is_put_right_by_another_with_the_same_day(rooms: Rooms, post: Post) -> None:
    account = await ana(post)
    await moved(post, account, "PO Box 99")
    await moved(post, account, "PO Box 9")
    path = f"/accounts/{account['account_id']}"
    assert (await read(rooms, path, as_of="2026-03-02"))["mailing_address"] == "PO Box 9"
    history = await read(rooms, f"{path}/address-changes")
    assert [(one["mailing_address"], one["former_address"]) for one in history["changes"]] == [
        ("PO Box 99", "12 Maple Street"), ("PO Box 9", "PO Box 99"),
    ]  # fmt: skip
    told = [fact.mailing_address for fact in await rooms.said() if isinstance(fact, MailingAddressChanged)]
    assert told == ["PO Box 99", "PO Box 9"]


async def test_history_is_never_rewritten(rooms: Rooms, post: Post) -> None:
    account = await ana(post)
    await renamed(rooms, post, account, "Ana Ortiz")
    await moved(post, account, "PO Box 9")
    for forbidden in ("UPDATE name_changes SET name = 'x'", "DELETE FROM address_changes", "TRUNCATE name_changes"):
        with pytest.raises(asyncpg.RestrictViolationError):
            async with rooms.tx() as tx:
                await tx.execute(forbidden)


async def test_what_changes_nothing_or_nobody_is_refused(rooms: Rooms, post: Post) -> None:
    account = await ana(post)
    same = await moved(post, account, "12 Maple Street")
    assert (same.status_code, same.json()["title"]) == (409, "Nothing changes")
    nobody = await post(f"/people/{uuid4()}/name-changes", {"name": "X", "evidence": SEEN})
    assert (nobody.status_code, nobody.json()["title"]) == (404, "Person unknown")
    nowhere = await moved(post, {"account_id": str(uuid4())}, "PO Box 9")
    assert nowhere.json()["title"] == "Account unknown"
    bare = await post(f"/accounts/{account['account_id']}/address-changes", {"mailing_address": "PO Box 9"})
    assert bare.json()["field"] == "evidence"
    stale = await post(
        f"/accounts/{account['account_id']}/address-changes", {"mailing_address": "P", "evidence": FORM},
        If_Match='"1"',
    )  # fmt: skip
    assert stale.status_code == 412
    assert (await moved(post, account, "PO Box 9")).status_code == 201


async def test_each_change_of_address_is_in_one_nightly_file(rooms: Rooms, post: Post) -> None:
    account = await ana(post)
    [other] = await opened(
        post, an_account("Wei Chen", premise={"street_address": "3 Elm"}, services=[a_service(meter=a_meter("W-1"))])
    )
    await moved(post, account, 'PO Box 9, "The Mill" Trenton')
    await moved(post, other, "4 Oak Street")
    assert (await read(rooms, "/data-processing-files"))["items"] == []
    rooms.clock.turn(hours=14)
    await rooms.strike()
    await moved(post, account, "PO Box 10")
    rooms.clock.turn(days=2)
    await rooms.strike()
    rooms.clock.turn(days=2)
    await rooms.strike()
    files = (await read(rooms, "/data-processing-files"))["items"]
    assert [(file["file_number"], file["lines_count"]) for file in files] == [(1, 2), (2, 1)]
    texts = [(await read(rooms, f"/data-processing-files/{number}"))["csv"] for number in (1, 2)]
    assert texts[0].splitlines()[0] == (
        "account_number,mailing_address,former_mailing_address,effective_on,recorded_at,change_id"
    )
    assert (
        texts[0]
        .splitlines()[1]
        .startswith(f'{account["account_number"]},"PO Box 9, ""The Mill"" Trenton",12 Maple Street,2026-03-02,')
    )
    assert [len(text.splitlines()) for text in texts] == [3, 2]
    history = await read(rooms, f"/accounts/{account['account_id']}/address-changes")
    assert [one["file_number"] for one in history["changes"]] == [1, 2]


async def test_changes_at_the_stroke_of_midnight_are_each_in_one_file(rooms: Rooms, post: Post) -> None:
    """Ten before, ten while the clock strikes: whoever comes too late for this file is in the next one."""
    forms = [an_account(f"H {n}", premise={"street_address": f"{n} Elm Street"}, services=[]) for n in range(20)]
    made = await opened(post, *forms)
    await asyncio.gather(*(moved(post, account, "PO Box 9") for account in made[:10]))
    rooms.clock.turn(hours=14)
    await asyncio.gather(rooms.strike(), *(moved(post, account, "PO Box 9") for account in made[10:]))
    rooms.clock.turn(days=1)
    await rooms.strike()
    files = (await read(rooms, "/data-processing-files"))["items"]
    texts = [(await read(rooms, f"/data-processing-files/{file['file_number']}"))["csv"] for file in files]
    numbers = [line.split(",")[0] for text in texts for line in text.splitlines()[1:]]
    assert sorted(numbers) == sorted(account["account_number"] for account in made)


async def test_a_file_can_be_made_again_byte_for_byte(rooms: Rooms, post: Post) -> None:
    account = await ana(post)
    await moved(post, account, "PO Box 9")
    rooms.clock.turn(hours=14)
    await rooms.strike()
    first = await read(rooms, "/data-processing-files/1")
    await renamed(rooms, post, account, "Ana Ortiz")
    await moved(post, account, "PO Box 10", effective_on="2026-03-02")
    rooms.clock.turn(days=1)
    await rooms.strike()
    assert await read(rooms, "/data-processing-files/1") == first
    file = await rooms.http("billing").get("/data-processing-files/1/csv")
    assert (file.headers["content-type"], file.headers["content-disposition"]) == (
        "text/csv; charset=utf-8", 'inline; filename="address-changes-1.csv"',
    )  # fmt: skip
    assert (file.content.decode(), sha256(file.content).hexdigest()) == (first["csv"], first["sha256"])
    missing = await rooms.http("csr").get("/data-processing-files/3")
    assert (missing.status_code, missing.json()["title"]) == (404, "File unknown")
