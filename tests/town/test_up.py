"""The whole town as an operator has it: up from nothing, down without a trace, and up again with what it kept."""

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from town.place import holder_of
from town.ports import free_port
from town.settings import Ports, TownSettings, read_town
from town.table import rows_of, table_of
from town.trouble import Trouble
from town.up import town_up

pytestmark = [pytest.mark.ground, pytest.mark.processes]


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A town's folder that whoever PostgreSQL runs as may enter; no servers are named."""
    monkeypatch.delenv("CURBSTOP_KAFKA", raising=False)
    monkeypatch.delenv("CURBSTOP_POSTGRES", raising=False)
    made = Path(tempfile.mkdtemp(prefix="curbstop-up-"))
    yield made
    shutil.rmtree(made)


@pytest.fixture
def elsewhere() -> TownSettings:
    """The town's own facts, on ports that nobody uses."""
    ports = Ports(**{name: free_port() for name in Ports.model_fields})
    return read_town().model_copy(update={"ports": ports})


def _processes_of(folder: Path) -> list[psutil.Process]:
    return [p for p in psutil.process_iter(["cmdline"]) if str(folder) in " ".join(p.info["cmdline"] or [])]


async def test_it_comes_up_from_nothing_goes_down_without_a_trace_and_comes_back(
    folder: Path, elsewhere: TownSettings
) -> None:
    steps: list[str] = []
    async with town_up(folder, elsewhere, say=steps.append) as up:
        assert (up.is_new, up.banner, holder_of(folder)) == (True, "", os.getpid())
        rows = await rows_of(up.town)
        assert {row.state for row in rows} == {"ready"}
        assert table_of(rows).row_count == 5
        assert await up.town.settle() == []
        discovery = f"{up.town.issuer.url}/.well-known/openid-configuration"
        async with httpx.AsyncClient() as anybody:
            assert (await anybody.get(discovery)).json()["issuer"] == up.town.issuer.url
        with pytest.raises(Trouble, match=rf"up already \(process {os.getpid()}\)"):
            async with town_up(folder, elsewhere):
                pass
        await up.town.turn(days=30)
    assert steps[0] == "Starting Kafka and PostgreSQL"
    assert _processes_of(folder) == []
    assert holder_of(folder) is None
    async with town_up(folder, elsewhere) as again:
        assert not again.is_new
        assert (await again.town.fetch("billing", "SELECT offset_seconds FROM town_clock"))[0][0] == 30 * 86_400
    assert _processes_of(folder) == []


async def test_a_port_of_a_service_in_use_is_said_before_anything_is_started(
    folder: Path, elsewhere: TownSettings
) -> None:
    sentence = r"the service billing needs it: .* or change `ports\.billing` in town\.toml"
    with socket.create_server(("127.0.0.1", elsewhere.ports.billing)), pytest.raises(Trouble, match=sentence):
        async with town_up(folder, elsewhere):
            raise AssertionError("it came up")
    assert not (folder / "kafka").exists()
