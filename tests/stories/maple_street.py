"""Ana Reyes at 12 Maple Street, who has water, a bill, and at first no intention to pay it."""

from dataclasses import dataclass
from typing import Any

from tests.stories.weather import Telling

TARIFF = {
    "rate_code": "water-residential",
    "effective_on": "2020-01-01",
    "body": {
        "title": "Metered water and sewer",
        "unit": "hcf",
        "components": [
            {"kind": "per_unit", "name": "water", "label": "Water", "service": "water", "rule": "Ordinance 12-4",
             "rate": "3.81", "minimum": {"per_day": "0.46"}},
            {"kind": "percentage", "name": "sewer", "label": "Sewer", "service": "sewer", "rule": "Ordinance 12-5",
             "percent": "159", "of": ["water"]},
        ],
    },
}  # fmt: skip
ANAS_BILL_CENTS = 29_604
"""30 hcf x $3.81 = $114.30; sewer 159 % of it = $181.74 (181.737, half up)."""


@dataclass
class Home:
    """An account, as the story needs it."""

    account_id: str
    account_number: str
    agreement_id: str


def account_form(name: str, address: str, service: dict[str, Any]) -> dict[str, Any]:
    """An account to be opened for a person at an address."""
    return {
        "holder": {"role": "owner", "name": name},
        "premise": {"street_address": address},
        "billing_cycle": "maple",
        "services": [{"commodity": "water", "rate_code": "water-residential", **service}],
    }


async def moved_in(story: Telling, name: str, address: str, service: dict[str, Any]) -> Home:
    """Rosa opens the account."""
    form = {"accounts": [account_form(name, address, service)]}
    (opened,) = (await story.now("accounts", "csr", "/accounts", form))["accounts"]
    return Home(opened["account_id"], opened["account_number"], opened["services"][0]["agreement_id"])


async def with_a_bill(story: Telling, name: str = "Ana Reyes", address: str = "12 Maple Street") -> Home:
    """Water since January, read on the last of February, billed on March 2, due on April 1."""
    await story.now("billing", "billing", "/tariffs", TARIFF)
    meter = {"serial": f"M-{address[:2]}", "size": '5/8"', "dials": 6, "multiplier": 1, "unit": "hcf"}
    running = {"start": "conversion", "meter": meter, "started_on": "2026-01-02", "start_reading": 100}
    home = await moved_in(story, name, address, running)
    await story.town.settle()
    reading = {"meter_serial": meter["serial"], "value": 130, "read_at": "2026-02-28T15:00:00Z"}
    await story.now("billing", "billing", "/readings", {"readings": [reading]})
    run = {"cycle": "maple", "from_on": "2026-01-01", "through_on": "2026-03-01"}
    await story.now("billing", "billing", "/bill-runs", run)
    await story.town.settle()
    story.heard()
    return home


async def balance_cents(story: Telling, home: Home) -> int:
    """What the account owes."""
    balance = await story.reads("billing", "csr", f"/accounts/{home.account_id}/balance")
    return int(balance["balance_cents"])


async def pays(story: Telling, home: Home, amount_cents: int) -> Any:
    """Carl takes cash at the counter."""
    paid = {"account_number": home.account_number, "amount_cents": amount_cents, "tender": "cash"}
    return await story.asks("payments", "cashier", "/payments", paid)


async def order_of(story: Telling, home: Home, kind: str) -> Any:
    """The one order of this kind on the account."""
    page = await story.reads("accounts", "csr", f"/orders?account_id={home.account_id}&kind={kind}")
    (order,) = page["items"]
    return await story.reads("accounts", "csr", f"/orders/{order['order_id']}")


async def tickets_of(story: Telling, home: Home, category: str) -> list[Any]:
    """The desk's tickets of this category on the account, whole."""
    page = await story.reads("tickets", "csr", f"/tickets?account_id={home.account_id}&category={category}")
    return [await story.reads("tickets", "csr", f"/tickets/{line['ticket_id']}") for line in page["items"]]


async def send_a_crew(story: Telling, order_id: str) -> None:
    """Rosa plans the order for today, and the crew sets out."""
    today = story.town.clock.now().astimezone(story.town.clock.zone).date().isoformat()
    await story.asks("accounts", "csr", f"/orders/{order_id}/schedule", {"scheduled_on": today, "crew": "North"})
    await story.asks("accounts", "csr", f"/orders/{order_id}/dispatch")


def at_the_valve(story: Telling, **more: Any) -> dict[str, Any]:
    """What the crew says when it has done it."""
    return {"completed_at": story.town.clock.now().isoformat(), "crew": "North", **more}


async def due_to_be_shut_off(story: Telling) -> tuple[Home, str]:
    """Ana did not pay: notice in May, the shut-off authorized ten days later, and an order for the crew."""
    home = await with_a_bill(story)
    await story.town.turn(days=61)
    await story.town.settle()
    await story.town.turn(days=11)
    await story.town.settle()
    order = await order_of(story, home, "nonpayment_shutoff")
    return home, order["order_id"]
