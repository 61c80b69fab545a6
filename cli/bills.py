"""`curbstop bill`: an account's bills, one explained line by line, and the paper that the customer got."""

import asyncio
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.markup import escape
from rich.table import Table

from cli.desk import asking
from cli.showing import AsJson, as_json, console, table_of
from shared.money import dollars
from town.trouble import Trouble

app = typer.Typer(help="Bills: every line in words, and the paper that the customer gets.", no_args_is_help=True)

COLUMNS = ("bill_id", "period_start_on", "period_end_on", "state", "total", "open", "due_on")
NEWEST = 50


class Language(StrEnum):
    """A language that bills speak."""

    en = "en"
    es = "es"


InLanguage = Annotated[Language, typer.Option(help="English or Spanish.")]
Bill = Annotated[UUID, typer.Argument(help="The bill's id: `curbstop bill list` shows it, and so does its foot.")]


@app.command("list", epilog="Examples: `curbstop bill list 1000010018` · `curbstop bill list '100 001 0018' --json`")
def list_(
    account: Annotated[str, typer.Argument(help="The account's number, as people read it aloud.")],
    json: AsJson = False,
) -> None:
    """An account's bills, the newest first."""
    found = asyncio.run(_list(account))
    if json:
        as_json(found)
    elif found:
        shown = [{**bill, "total": dollars(bill["total_cents"]), "open": dollars(bill["open_cents"])} for bill in found]
        console.print(table_of(COLUMNS, shown))
    else:
        console.print("No bills yet.")


@app.command(epilog="Examples: `curbstop bill show 0198c1d2-…` · `curbstop bill show 0198c1d2-… --language es`")
def show(bill: Bill, language: InLanguage = Language.en, json: AsJson = False) -> None:
    """One bill: what was used, every line with how it was worked out, and what is left to pay."""
    found = asyncio.run(_show(bill, language))
    if json:
        as_json(found)
        return
    console.print(f"[bold]{escape(found['holder_name'])}[/] · account {found['account_number']} · {_state(found)}")
    console.print(f"{found['period_start_on']} to {found['period_end_on']} · {escape(found['use_in_words'])}")
    console.print(_lines(found))


@app.command(epilog="Examples: `curbstop bill save 0198c1d2-… bill.pdf` · `… factura.html --language es`")
def save(
    bill: Bill,
    file: Annotated[Path, typer.Argument(help="Where to: its ending says the form, .pdf or .html.", dir_okay=False)],
    language: InLanguage = Language.en,
) -> None:
    """Keep the paper that the customer gets as a file."""
    form = file.suffix.removeprefix(".").lower()
    if form not in ("pdf", "html"):
        raise Trouble(f"A bill is saved as .pdf or .html, and {file.name!r} is neither: give the file such an ending.")
    written = asyncio.run(_document(bill, form, language))
    try:
        file.write_bytes(written)
    except OSError as away:
        raise Trouble(f"{file} cannot be written: {away.strerror}.") from away
    console.print(f"{file}: {len(written):,} bytes")


async def _list(account: str) -> list[dict[str, Any]]:
    number = account.replace(" ", "").replace("-", "")
    if not number.isdigit():
        raise Trouble("An account is named by its ten digits: `GET /v1/accounts?q=…` finds it by name or address.")
    async with asking() as desk:
        found = await desk.get("accounts", f"/accounts/by-number/{number}")
        return await desk.get_pages("billing", f"/accounts/{found['account_id']}/bills", limit=NEWEST)


async def _show(bill: UUID, language: Language) -> Any:
    async with asking() as desk:
        return await desk.get("billing", f"/bills/{bill}", language=language.value)


async def _document(bill: UUID, form: str, language: Language) -> bytes:
    async with asking() as desk:
        return await desk.download("billing", f"/bills/{bill}/document", format=form, language=language.value)


def _state(bill: dict[str, Any]) -> str:
    if bill["state"] != "issued":
        return f"[red]{bill['state']}[/]"
    return f"issued {bill['issued_on']}, last day to pay {bill['due_on']}"


def unpaid(bill: dict[str, Any]) -> str:
    """What of a bill is not paid; under a budget plan it asks another amount than it comes to."""
    left = f"{dollars(bill['open_cents'])} of it is not paid"
    if bill["budget"] is None:
        return left
    asked, behind = bill["budget"]["asked_cents"], bill["budget"]["balance_cents"]
    stands = f"{dollars(abs(behind))} {'behind' if behind >= 0 else 'ahead'}"
    return f"the budget plan asks {dollars(asked)}, and {left}; the plan is {stands}"


def _lines(bill: dict[str, Any]) -> Table:
    table = Table(box=None, pad_edge=False, show_footer=True)
    table.add_column("charge", "total")
    table.add_column("how it was worked out", unpaid(bill), overflow="fold")
    table.add_column("amount", dollars(bill["total_cents"]), justify="right", no_wrap=True)
    for line in bill["lines"]:
        words = line["in_words"].removeprefix(f"{line['label']}: ")
        table.add_row(escape(line["label"]), escape(words), dollars(line["amount_cents"]))
    return table
