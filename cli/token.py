"""`curbstop token`: a token for one of the demo town's people."""

from typing import Annotated

import typer

from cli.desk import token_for
from cli.showing import AsJson, as_json, errors
from town.issuer import PEOPLE

EXAMPLES = 'Examples: `curbstop token rosa` · `curl -H "Authorization: Bearer $(curbstop token carl)" …`'


def token(
    name: Annotated[str, typer.Argument(help=f"One of {', '.join(PEOPLE)}.")],
    hours: Annotated[float, typer.Option(min=0.01, max=24 * 30, help="How long it is good for.")] = 12.0,
    json: AsJson = False,
) -> None:
    """Print a token for one of the demo town's people, as the city's identity provider would. Development only."""
    made = token_for(name, hours=hours)
    if json:
        person = PEOPLE[name]
        as_json({"token": made, "subject": person.subject, "name": person.name, "roles": [person.role.value]})
        return
    errors.print(f"{PEOPLE[name].name}, {PEOPLE[name].role.value}; good for {hours:g} hours.", style="dim")
    typer.echo(made)
