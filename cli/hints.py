"""What to try next in a town that is up: commands that work when they are pasted."""

import shutil
import sys
from pathlib import Path

import httpx

from town.up import Up

READING = '{"meter_serial":"NOBODY-1","value":12,"read_at":"2026-03-01T12:00:00Z"}'


async def commands(up: Up) -> list[str]:
    """The commands, each with a word on what it shows."""
    me, ports = called(), up.facts.ports
    rosa = f'-H "Authorization: Bearer $({me} token rosa)"'
    found = [
        "# how it is, and what is said in it",
        f"{me} town status",
        f"{me} listen billing --from-beginning --count 3",
        "# what a dog license asks, and somebody's account",
        f"curl -s {rosa} http://127.0.0.1:{ports.licensing}/v1/license-types/dog",
        f"curl -s {rosa} 'http://127.0.0.1:{ports.accounts}/v1/accounts?limit=1'",
    ]
    number = await _an_account(up)
    if number is not None:
        found += ["# ten dollars at the counter, which billing credits at once", _payment(me, ports.payments, number)]
    return [
        *found,
        "# a reading of a meter that nobody has, and how the city answers",
        f"echo '{READING}' | {me} publish - --topic inbound.meter-readings",
        f"{me} listen inbound.refused --from-beginning --count 1",
        "# thirty days later",
        f"{me} town turn --days 30",
    ]


def called() -> str:
    """How `curbstop` is called from where the person stands."""
    if shutil.which("curbstop"):
        return "curbstop"
    made = Path(sys.argv[0]).absolute()
    if made.name == "__main__.py":
        return f"{sys.executable} -m cli"
    return str(made.relative_to(Path.cwd())) if made.is_relative_to(Path.cwd()) else str(made)


def _payment(me: str, port: int, number: str) -> str:
    body = f'{{"account_number":"{number}","amount_cents":1000,"tender":"cash"}}'
    return (
        f'curl -s -H "Authorization: Bearer $({me} token carl)" -H "Content-Type: application/json"'
        f" -H \"Idempotency-Key: $(date +%s)\" -d '{body}' http://127.0.0.1:{port}/v1/payments"
    )


async def _an_account(up: Up) -> str | None:
    """The number of some account, where the town has one."""
    try:
        answer = await up.town.http("accounts", "csr").get("/accounts", params={"limit": 1})
    except httpx.HTTPError:
        return None
    items = answer.json()["items"] if answer.is_success else []
    return str(items[0]["account_number"]) if items else None
