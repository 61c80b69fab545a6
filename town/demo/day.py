"""A short day in the demo town: a crew called back by a payment, and a complaint that climbs to the supervisor."""

from typing import Any

import httpx

from shared.money import dollars
from town.standing import Standing
from town.trouble import Trouble

NOTICE_AFTER_DAYS = 62
"""Bills are due after 30 days, rolled to a business day, and a debt is noticed 30 days later."""
SHUTOFF_AFTER_DAYS = 11
BREACH_AFTER_DAYS = 8


async def play(town: Standing) -> list[str]:
    """Let the day happen; what happened, a sentence each. Raises Trouble."""
    story = [await _staff_the_desk(town)]
    complaint = await _complain(town)
    story += await _shut_off_called_back(town)
    story += await _climbs(town, complaint)
    return story


async def _staff_the_desk(town: Standing) -> str:
    tickets = town.http("tickets", "supervisor")
    skills = {"billing": 3, "service": 3, "meters": 2, "payments": 2}
    people = {
        "rosa": {"name": "Rosa Delgado", "level": "representative", "capacity": 20, "skills": skills},
        "marcus": {"name": "Marcus Webb", "level": "senior", "capacity": 20, "skills": skills},
        "denise": {"name": "Denise Okafor", "level": "supervisor", "capacity": 40, "skills": skills},
    }
    shift = [{"weekday": day, "starts": "08:30:00", "ends": "16:30:00"} for day in range(5)]
    for subject, person in people.items():
        _ok(await tickets.put(f"/representatives/{subject}", json={**person, "shift": shift}))
    return "Rosa, Marcus and Denise are at the desk, Monday to Friday, half past eight to half past four."


async def _complain(town: Standing) -> str:
    body = {"category": "billing.high_bill", "channel": "phone", "summary": "The bill is three times last year's."}
    tickets = town.http("tickets", "csr")
    opened = _ok(await tickets.post("/tickets", json=body, headers={"Idempotency-Key": "demo-complaint"}))
    await town.settle()
    return str(opened["ticket_id"])


async def _shut_off_called_back(town: Standing) -> list[str]:
    """Those who did not pay are noticed and due to be shut off; one of them pays at the counter in time."""
    await _turn(town, NOTICE_AFTER_DAYS)
    await _turn(town, SHUTOFF_AFTER_DAYS)
    rows = await town.fetch("accounts", _OPEN_SHUTOFFS)
    if not rows:
        raise Trouble("The demo town has nobody to shut off; it was to have a few who do not pay.")
    account = rows[0]
    balance = _ok(await town.http("billing", "csr").get(f"/accounts/{account['account_id']}/balance"))
    pay = {"account_number": account["account_number"], "amount_cents": balance["balance_cents"], "tender": "cash"}
    cashier = town.http("payments", "cashier")
    taken = _ok(await cashier.post("/payments", json=pay, headers={"Idempotency-Key": "demo-payment"}))
    said = await town.settle()
    order = _ok(await town.http("accounts", "csr").get(f"/orders/{account['order_id']}"))
    number, amount = account["account_number"], dollars(balance["balance_cents"])
    return [
        f"{len(rows)} who did not pay got notice, and ten days later a shut-off was ordered for each.",
        f"One of them pays {amount} on account {number} at the counter: receipt {taken['receipt_number']}.",
        f"Then is said: {', '.join(dict.fromkeys(said))}. The order is {order['state']}; the water stays on.",
    ]


async def _climbs(town: Standing, complaint: str) -> list[str]:
    """Nobody answered the complaint while the weeks passed."""
    await _turn(town, BREACH_AFTER_DAYS)
    ticket = _ok(await town.http("tickets", "supervisor").get(f"/tickets/{complaint}"))
    breached = await town.fetch("tickets", _ESCALATIONS, ticket["ticket_id"])
    levels = ", then ".join(row["level"] for row in breached)
    return [f"A complaint about a high bill that nobody answered has climbed: to the {levels}."]


async def _turn(town: Standing, days: float) -> None:
    await town.turn(days=days)
    await town.settle()


def _ok(answer: httpx.Response) -> Any:
    if not answer.is_success:
        asked = f"{answer.request.method} {answer.request.url}"
        raise Trouble(f"{asked} answered {answer.status_code}: {answer.text[:500]}")
    return answer.json()


_OPEN_SHUTOFFS = """
SELECT o.order_id, o.account_id, a.account_number
FROM service_orders o JOIN accounts a USING (account_id)
WHERE o.kind = 'nonpayment_shutoff' AND o.state IN ('requested', 'scheduled', 'dispatched')
ORDER BY a.account_number
"""
_ESCALATIONS = "SELECT level FROM escalations WHERE ticket_id = $1 ORDER BY escalated_at, level DESC"
