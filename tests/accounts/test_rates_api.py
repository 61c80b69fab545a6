"""Mr. Ortiz shows his card: what the rates of his water go by, from which day, on what evidence, and who is told."""

from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from shared.events.accounts import RateCircumstancesChanged, ServiceStarted
from tests.accounts.conftest import Json, Post, a_service, an_account, opened
from tests.rooms import Rooms

SEEN = "Driver's license, born in 1958"
CARD: Json = {"discounts": ["senior"], "reason_code": "turned_65", "evidence": SEEN}


async def ortiz(post: Post, **service: Any) -> Json:
    """The account of Mr. Ortiz, who is 67."""
    [account] = await opened(post, an_account("Luis Ortiz", services=[a_service(**service)]))
    return account


def rates(account: Json) -> str:
    """Where the rates of his water are."""
    return f"/agreements/{account['services'][0]['agreement_id']}/rate-changes"


async def read(rooms: Rooms, path: str, **params: str) -> Any:
    answer = await rooms.http("csr").get(path, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_mr_ortiz_shows_his_card_and_billing_is_told_from_which_day(rooms: Rooms, post: Post) -> None:
    account = await ortiz(post)
    [_, started] = await rooms.news()
    assert isinstance(started, ServiceStarted)
    assert (started.customer_class, started.dwelling_units, started.discounts) == ("residential", 1, ())
    answer = await post(rates(account), CARD | {"effective_on": "2026-03-15"})
    assert answer.status_code == 201, answer.text
    assert answer.json()["discounts"] == [], "it holds from its day on"
    [change] = answer.json()["changes"]
    assert (change["discounts"], change["former_discounts"], change["reason_code"], change["evidence"]) == (
        ["senior"], [], "turned_65", SEEN,
    )  # fmt: skip
    assert change["recorded_by"]
    [fact] = await rooms.news()
    assert isinstance(fact, RateCircumstancesChanged)
    assert (fact.discounts, fact.customer_class, fact.dwelling_units) == (("senior",), "residential", 1)
    assert (str(fact.effective_on), fact.version) == ("2026-03-15", 3)
    assert SEEN not in fact.model_dump_json()

    rooms.clock.turn(days=30)
    path = f"/accounts/{account['account_id']}"
    assert (await read(rooms, path))["services"][0]["discounts"] == ["senior"]
    assert (await read(rooms, path, as_of="2026-03-14"))["services"][0]["discounts"] == []
    assert (await read(rooms, path, as_of="2026-03-15"))["services"][0]["discounts"] == ["senior"]


async def test_what_is_agreed_at_the_opening_is_told_with_the_start(rooms: Rooms, post: Post) -> None:
    bakery = {"customer_class": "commercial", "dwelling_units": 3, "discounts": ["veteran", "senior", "veteran"]}
    account = await ortiz(post, **bakery, discount_evidence=SEEN)
    [_, started] = await rooms.news()
    assert isinstance(started, ServiceStarted)
    assert (started.customer_class, started.dwelling_units, started.discounts) == (
        "commercial", 3, ("senior", "veteran"),
    )  # fmt: skip
    history = await read(rooms, rates(account))
    assert (history["discounts"], history["discount_evidence"], history["changes"]) == (["senior", "veteran"], SEEN, [])


async def test_a_service_that_waits_for_its_crew_keeps_what_was_agreed(rooms: Rooms, post: Post) -> None:
    service = a_service("turn_on", discounts=["senior"], discount_evidence=SEEN)
    [account] = await opened(post, an_account("Luis Ortiz", services=[service]))
    order = (await post("/orders", {"kind": "turn_on", "agreement_id": account["services"][0]["agreement_id"]})).json()
    path = f"/orders/{order['order_id']}"
    assert (await post(f"{path}/schedule", {"scheduled_on": "2026-03-02", "crew": "Crew 7"})).status_code == 200
    assert (await post(f"{path}/dispatch")).status_code == 200
    done = {"completed_at": rooms.clock.now().isoformat(), "crew": "Crew 7", "reading": 5012}
    assert (await post(f"{path}/completion", done, role="field")).status_code == 200
    [started] = [fact for fact in await rooms.said() if isinstance(fact, ServiceStarted)]
    assert started.discounts == ("senior",)


async def test_a_discount_needs_evidence(rooms: Rooms, post: Post) -> None:
    service = a_service(discounts=["senior"])
    refused = await post("/accounts", {"accounts": [an_account("Luis Ortiz", services=[service])]})
    assert (refused.status_code, refused.json()["title"]) == (422, "Discount without evidence")
    assert refused.json()["field"] == "accounts.0.services.0.discount_evidence"
    assert "discount_evidence" in refused.json()["remedy"]
    account = await ortiz(post)
    bare = await post(rates(account), {"discounts": ["senior"], "reason_code": "turned_65"})
    assert (bare.status_code, bare.json()["field"]) == (422, "evidence")


async def test_what_is_left_out_stays_and_a_discount_is_taken_away_by_name(rooms: Rooms, post: Post) -> None:
    account = await ortiz(post)
    await post(rates(account), CARD)
    flat = {"dwelling_units": 2, "reason_code": "flat_added", "evidence": "Certificate of occupancy 26-40"}
    both = (await post(rates(account), flat)).json()
    assert (both["customer_class"], both["dwelling_units"], both["discounts"]) == ("residential", 2, ["senior"])
    gone = {"discounts": [], "reason_code": "moved_away", "evidence": "His daughter lives there now, by phone"}
    after = (await post(rates(account), gone)).json()
    assert (after["dwelling_units"], after["discounts"]) == (2, [])
    assert [one["former_discounts"] for one in after["changes"]] == [[], ["senior"], ["senior"]]


async def test_what_changes_nothing_or_lies_outside_the_service_is_refused(rooms: Rooms, post: Post) -> None:
    account = await ortiz(post)
    same = await post(rates(account), CARD | {"discounts": []})
    assert (same.status_code, same.json()["title"]) == (409, "Nothing changes")
    early = await post(rates(account), CARD | {"effective_on": "2023-12-31"})
    assert (early.status_code, early.json()["title"], early.json()["field"]) == (
        409, "Service not taken then", "effective_on",
    )  # fmt: skip
    nobody = await post(f"/agreements/{uuid4()}/rate-changes", CARD)
    assert (nobody.status_code, nobody.json()["title"]) == (404, "Agreement unknown")
    assert (await rooms.http("csr").get(f"/agreements/{uuid4()}/rate-changes")).status_code == 404
    assert (await post(rates(account), CARD, If_Match='"1"')).status_code == 412
    assert (await post(rates(account), CARD, role="cashier")).status_code == 403
    assert (await post(rates(account), CARD, If_Match='"2"')).status_code == 201


async def test_two_clicks_are_one_change_and_its_record_is_never_rewritten(rooms: Rooms, post: Post) -> None:
    account = await ortiz(post)
    key = str(uuid4())
    answers = [await post(rates(account), CARD, Idempotency_Key=key) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    for forbidden in ("UPDATE rate_changes SET evidence = 'x'", "DELETE FROM rate_changes", "TRUNCATE rate_changes"):
        with pytest.raises(asyncpg.RestrictViolationError, match="never rewritten"):
            async with rooms.tx() as tx:
                await tx.execute(forbidden)
