"""`curbstop` as a person calls it: arguments, standard input, output and an exit code."""

import asyncio
import json
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.addresses import SERVICES, STATE_FILE
from cli.main import app


@dataclass(frozen=True)
class Ran:
    """What came of a call."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The answer, read as the one JSON document that it is."""
        return json.loads(self.out)

    @property
    def json_lines(self) -> list[Any]:
        """The answer, read as one JSON document a line."""
        return [json.loads(line) for line in self.out.splitlines()]


Curbstop = Callable[..., Awaitable[Ran]]


@pytest.fixture
def curbstop(tmp_path: Path) -> Curbstop:
    """Call `curbstop` in a folder of its own; `folder` is where the town keeps its state."""

    async def call(*args: str, stdin: bytes = b"", folder: Path = tmp_path, **env: str) -> Ran:
        around = dict.fromkeys((name for name in os.environ if name.startswith("CURBSTOP_")), None)
        given = {**around, "CURBSTOP_TOWN_FOLDER": str(folder), **env}
        result = await asyncio.to_thread(CliRunner().invoke, app, args, input=stdin, env=given)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Ran(result.exit_code, result.stdout, result.stderr)

    return call


def leave_addresses(folder: Path, **found: Any) -> None:
    """Leave the addresses of a town in its folder, as `curbstop town up` does."""
    nowhere = dict.fromkeys(SERVICES, "http://127.0.0.1:9")
    given = {"services": nowhere, "kafka": "127.0.0.1:9", "issuer": "http://127.0.0.1:9", **found}
    (folder / STATE_FILE).write_text(json.dumps(given))
