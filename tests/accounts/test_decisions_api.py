"""Before Ana's service starts: her own old debt, a deposit, and a second service; never the last tenant's debt."""

from typing import Any

import asyncpg
import pytest

from shared.events.accounts import DepositDecided, ServiceStarted
from tests.accounts.conftest import Json, Post, a_meter, a_service, an_account, kinds, opened
from tests.rooms import Rooms

SEEN = "Receipt 4-00017"


async def ana_again(rooms: Rooms, post: Post) -> tuple[Json, Json]:
    """Ana's old account at 3 Elm Street, and her new one at 12 Maple Street."""
    [old] = await opened(post, an_account("Ana Ruiz", premise={"street_address": "3 Elm"}, services=[]))
    holder = (await rooms.http("csr").get(f"/accounts/{old['account_id']}")).json()["holder_id"]
    [new] = await opened(
        post, an_account(holder={"role": "tenant", "person_id": holder}, services=[a_service("turn_on")])
    )
    return old, new


async def decide(post: Post, account: Json, subject: str, decision: str, **more: Any) -> Any:
    form = {"decision": decision, "reason_code": "policy_12", "evidence": SEEN} | more
    return await post(f"/accounts/{account['account_id']}/{subject}-decisions", form)


def turn_on(account: Json) -> Json:
    return {"kind": "turn_on", "agreement_id": account["services"][0]["agreement_id"]}


async def test_her_own_old_debt_keeps_the_service_off_until_it_is_paid(rooms: Rooms, post: Post) -> None:
    old, new = await ana_again(rooms, post)
    refused = await decide(post, new, "debt", "refused", owing_account_id=old["account_id"])
    assert refused.status_code == 201, refused.text
    kept_off = await post("/orders", turn_on(new))
    assert (kept_off.status_code, kept_off.json()["title"]) == (409, "Old debt stands in the way")
    paid = await decide(post, new, "debt", "paid", owing_account_id=old["account_id"])
    assert [one["decision"] for one in paid.json()["decisions"]] == ["refused", "paid"]
    assert (await post("/orders", turn_on(new))).status_code == 201


async def test_the_last_tenants_debt_is_never_hers(rooms: Rooms, post: Post) -> None:
    [last] = await opened(post)
    [following] = await opened(post, an_account("Ana Ruiz", services=[a_service("turn_on")]))
    answer = await decide(post, following, "debt", "refused", owing_account_id=last["account_id"])
    assert (answer.status_code, answer.json()["title"]) == (409, "Debt of another person")
    assert "never for the last tenant's" in answer.json()["rule"]
    assert (await decide(post, following, "debt", "no_debt")).status_code == 201


async def test_a_refused_debt_keeps_a_transfer_off_too(rooms: Rooms, post: Post) -> None:
    [last] = await opened(post)
    old, new = await ana_again(rooms, post)
    await decide(post, new, "debt", "refused", owing_account_id=old["account_id"])
    transfer = {
        "kind": "final_reading", "agreement_id": last["services"][0]["agreement_id"],
        "next_agreement_id": new["services"][0]["agreement_id"],
    }  # fmt: skip
    assert (await post("/orders", transfer)).json()["title"] == "Old debt stands in the way"
    del transfer["next_agreement_id"]
    assert (await post("/orders", transfer)).status_code == 201, "whoever leaves may leave"


async def test_a_deposit_is_decided_and_told(rooms: Rooms, post: Post) -> None:
    [account] = await opened(post)
    await rooms.news()
    assert (await decide(post, account, "deposit", "required", amount_cents=8_000)).status_code == 201
    later = await decide(post, account, "deposit", "waived")
    assert [(one["decision"], one["amount_cents"]) for one in later.json()["decisions"]] == [
        ("required", 8_000), ("waived", None),
    ]  # fmt: skip
    facts = await rooms.news()
    assert [(fact.decision, fact.amount_cents, fact.version) for fact in facts if isinstance(fact, DepositDecided)] == [
        ("required", 8_000, 3), ("waived", None, 4),
    ]  # fmt: skip


async def test_decisions_that_do_not_fit(rooms: Rooms, post: Post) -> None:
    [account] = await opened(post)
    for subject, decision, more, field in [
        ("debt", "paid", {}, "owing_account_id"),
        ("debt", "no_debt", {"owing_account_id": account["account_id"]}, "owing_account_id"),
        ("deposit", "required", {}, "amount_cents"),
        ("deposit", "waived", {"amount_cents": 1}, "amount_cents"),
        ("deposit", "required", {"amount_cents": 0}, "amount_cents"),
        ("deposit", "doubled", {}, "decision"),
    ]:
        answer = await decide(post, account, subject, decision, **more)
        assert (answer.status_code, answer.json()["field"]) == (422, field), answer.text
    await decide(post, account, "debt", "no_debt")
    with pytest.raises(asyncpg.RestrictViolationError):
        async with rooms.tx() as tx:
            await tx.execute("UPDATE start_decisions SET decision = 'paid'")


async def test_a_service_is_added_to_an_account(rooms: Rooms, post: Post) -> None:
    [account] = await opened(post)
    path = f"/accounts/{account['account_id']}/services"
    electric = a_service(commodity="electric", rate_code="E-RES", meter=a_meter("E-1", unit="kwh"), start_reading=9)
    await rooms.news()
    answer = await post(path, electric, If_Match='"2"')
    assert (answer.status_code, [one["commodity"] for one in answer.json()["services"]]) == (
        201, ["water", "electric"],
    )  # fmt: skip
    [started] = await rooms.news()
    assert isinstance(started, ServiceStarted)
    assert (started.version, started.start_reading, started.billing_cycle) == (3, 9, "A")
    found = (await rooms.http("csr").get("/accounts", params={"q": "E-1"})).json()["items"]
    assert [one["account_id"] for one in found] == [account["account_id"]]
    sewer = await post(path, {"commodity": "sewer", "rate_code": "S-RES", "start": "turn_on"})
    assert [one["started_on"] for one in sewer.json()["services"]][-1] is None
    assert await rooms.news() == []


async def test_a_service_that_cannot_be_added(rooms: Rooms, post: Post) -> None:
    [account] = await opened(post)
    path = f"/accounts/{account['account_id']}/services"
    taken = await post(path, a_service())
    assert (taken.status_code, taken.json()["title"]) == (409, "Point served already")
    wrong_unit = await post(path, a_service(commodity="electric", meter=a_meter("E-1")))
    assert (wrong_unit.status_code, wrong_unit.json()["field"]) == (422, "meter.unit")
    elsewhere = await post(path, a_service(number=2))
    assert elsewhere.json()["title"] == "Meter hangs elsewhere"
    order = (await post("/orders", {**turn_on(account), "kind": "turn_off"})).json()
    await post(f"/orders/{order['order_id']}/cancellation", {"reason_code": "stays"})
    assert kinds(await rooms.said()).count("ServiceStarted") == 1
