"""Everything that `curbstop` can be told, put together."""

import logging
from typing import Any

import typer
from typer.core import TyperGroup

from cli import aside, bills, inbox, jobs, listen, publish, tariffs, token, towns
from cli.showing import errors
from town.trouble import Trouble


class SaysWhy(TyperGroup):
    """A trouble is a sentence that says what to do, never a traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Do what was asked; a trouble is told, and the exit code is 1."""
        try:
            return super().invoke(ctx)
        except Trouble as trouble:
            errors.print(str(trouble), style="red", markup=False)
            raise typer.Exit(1) from trouble


app = typer.Typer(
    name="curbstop",
    cls=SaysWhy,
    help="The operator's hand: start the town, see how it is, tell it things, put right what was set aside.",
    epilog="Examples: `curbstop town up` · `curbstop town status --json` · `curbstop listen billing`",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)
app.add_typer(towns.app, name="town")
app.add_typer(aside.app, name="aside")
app.add_typer(jobs.app, name="jobs")
app.add_typer(inbox.app, name="inbox")
app.add_typer(bills.app, name="bill")
app.add_typer(tariffs.app, name="tariff")
app.command("token", epilog=token.EXAMPLES)(token.token)
app.command("publish", epilog=publish.EXAMPLES)(publish.publish)
app.command("listen", epilog=listen.EXAMPLES)(listen.listen)


def main() -> None:
    """What the command `curbstop` runs. A library's own complaints would stand before the sentence that says why."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    app()
