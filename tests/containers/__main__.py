"""`make test-containers`: the image and docker-compose.yml, built and run for real on an engine of our own.

It brings an engine up, makes stand-ins for the images that cannot be pulled, builds ours, starts the town, tells
story 1 through its published ports, kills a container, takes everything down, and ends the engine by its process id.
Where no engine can be started it says so in a sentence, and that is no failure.
"""

import asyncio
import logging
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.containers import engine, images
from tests.containers.checks import check_image, check_kill, check_story, check_testcontainers
from tests.containers.images import Docker
from tests.containers.town import Compose, TownInContainers
from town.place import TOWN_FOLDER


def say(words: str, end: str = "\n") -> None:
    """Tell whoever watches, at once."""
    sys.stdout.write(words + end)
    sys.stdout.flush()


class Report:
    """Says each step as it begins, and how long it took."""

    def __init__(self) -> None:
        self.began_at = time.monotonic()
        self.passed_count = 0

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        """One step; what fails in it ends the run."""
        say(f"  {what} …", end="")
        began_at = time.monotonic()
        yield
        self.passed_count += 1
        say(f" {time.monotonic() - began_at:.0f} s")


def main() -> int:
    """0 when all went well, or when no engine can be started here; 1 with what went wrong."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # a broker that is not up yet is expected here
    report = Report()
    folder = Path(tempfile.mkdtemp(prefix="curbstop-containers-"))
    try:
        with report.step("The engine's programs"):
            engine.install()
        with report.step("What comes over the network: a Debian, wheels, jars"):
            images.fetch(TOWN_FOLDER / "containers")
        with engine.engine(folder / "engine") as host:
            asyncio.run(_with_engine(report, Docker(host), folder))
    except engine.CannotStart as why:
        say(f"\nThe containers were not tested: {why}.")
        return 0
    except (RuntimeError, AssertionError) as why:
        say(f"\nThe containers failed after {time.monotonic() - report.began_at:.0f} s: {why}")
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    say(f"containers: {report.passed_count} passed, 0 failed")
    return 0


async def _with_engine(report: Report, docker: Docker, folder: Path) -> None:
    with report.step("Images: a base, stand-ins for apache/kafka and postgres, ours"):
        images.make_base(docker, TOWN_FOLDER / "containers")
        with ThreadPoolExecutor() as together:
            making: list[Any] = [
                together.submit(images.make_stand_ins, docker, TOWN_FOLDER / "containers"),
                together.submit(images.build_ours, docker),
            ]
            for made in making:
                made.result()
    with report.step("The test fixtures' own containers (testcontainers)"):
        await check_testcontainers(docker)
    compose = Compose(docker)
    try:
        with report.step("docker-compose up"):
            compose("up", "--detach", "--no-build")
            town = TownInContainers(compose, folder)
            await town.ready()
        try:
            with report.step("The image: small, nobody's, read-only, without tools"):
                check_image(compose)
            with report.step("Story 1, over HTTP: a payment calls the crew back"):
                await check_story(town)
            with report.step("A container killed: the others go on, it comes back, nothing is lost"):
                await check_kill(town)
        finally:
            await town.close()
    except (RuntimeError, AssertionError, OSError):
        say("\n" + compose.logs())
        raise
    finally:
        with report.step("docker-compose down"):
            compose("down", "--volumes", "--timeout", "5")


if __name__ == "__main__":
    sys.exit(main())
