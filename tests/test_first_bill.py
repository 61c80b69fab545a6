"""docs/first-bill.md as a new user has it: every block is pasted into one shell, in a town of five processes."""

import asyncio
import json
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path

import pytest

from cli.addresses import STATE_FILE, Addresses
from tests.sources import ROOT
from town.apart import TownApart
from town.ground import Ground
from town.issuer import Issuer
from town.ports import LOCALHOST

PAGE = (ROOT / "docs" / "first-bill.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```bash\n(.*?)```", PAGE, re.DOTALL)
PASTED = "the block was pasted"
BLOCK_SECONDS_MAX = 90.0
PORTS = {"accounts": 8101, "billing": 8102}

pytestmark = pytest.mark.processes


class Terminal:
    """A shell in a folder of its own, into which a person pastes."""

    def __init__(self, shell: asyncio.subprocess.Process) -> None:
        self._shell = shell

    async def paste(self, block: str) -> str:
        """Paste a block; answers all that it printed, and fails with it when a command failed."""
        assert self._shell.stdin is not None
        assert self._shell.stdout is not None
        self._shell.stdin.write(f"{block}\necho {PASTED}\n".encode())
        printed: list[str] = []
        async with asyncio.timeout(BLOCK_SECONDS_MAX):
            while (line := (await self._shell.stdout.readline()).decode()).strip() != PASTED:
                assert line, f"{block}\nanswered:\n{''.join(printed)}"
                printed.append(line)
        return "".join(printed)


@asynccontextmanager
async def terminal(town: TownApart, keys: Path, folder: Path) -> AsyncIterator[Terminal]:
    """A terminal at the top of a clone, beside this town."""
    services = {service: f"http://{LOCALHOST}:{port}" for service, port in town.ports.items()}
    found = Addresses(services, town.ground.kafka, town.issuer.url, topic_prefix=town.settings.topic_prefix)
    (keys / STATE_FILE).write_text(json.dumps(asdict(found)))
    (folder / ".venv").symlink_to(sys.prefix)
    around = {name: value for name, value in os.environ.items() if not name.startswith("CURBSTOP_")}
    shell = await asyncio.create_subprocess_exec(
        "bash", "-eu", "-o", "pipefail", cwd=folder, env={**around, "CURBSTOP_TOWN_FOLDER": str(keys)},
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    try:
        yield Terminal(shell)
    finally:
        assert shell.stdin is not None
        shell.stdin.close()
        await shell.wait()


def _in(town: TownApart, block: str) -> str:
    """The block as it stands on the page, but for the ports of this town."""
    for service, port in PORTS.items():
        block = block.replace(f"{LOCALHOST}:{port}", f"{LOCALHOST}:{town.ports[service]}")
    return block


async def test_a_new_user_pastes_the_page(ground: Ground, tmp_path: Path) -> None:
    """From the printed rates to the right bill: what each block prints is what the page says."""
    keys, desk = tmp_path / "keys", tmp_path / "clone"
    keys.mkdir()
    desk.mkdir()
    issuer = Issuer(keys, "https://issuer.curbstop.test", environment="development")
    async with TownApart.built(ground, issuer, tmp_path / "town") as town, terminal(town, keys, desk) as shell:
        printed = []
        for block in BLOCKS:
            printed.append(await shell.paste(_in(town, block)))
            await town.settle()
        told = "\n".join(printed)
        assert "171.55" in told
        assert "line 6" in told.lower()
        assert all(serial in told for serial in ("ME-14: 20700", "ME-16: 10600", "ME-18: 10940"))
        rows = await town.fetch("billing", "SELECT state, version FROM bills ORDER BY bill_id DESC LIMIT 1")
        assert [tuple(row) for row in rows] == [("issued", 2)]
        assert (desk / "january.pdf").read_bytes().startswith(b"%PDF")
        assert await town.asides() == []
