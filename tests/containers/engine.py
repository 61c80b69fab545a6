"""A Docker engine of our own, started by hand as root: its own data, its own socket, ended by its own process id."""

import os
import platform
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PACKAGES = ("docker.io", "docker-compose", "debootstrap", "iptables", "iproute2")
TOOLS = ("dockerd", "docker", "docker-compose", "debootstrap", "iptables", "ip")
BRIDGE = Path("/sys/class/net/docker0")
READY_SECONDS_MAX = 60.0
END_SECONDS_MAX = 30.0


class CannotStart(Exception):
    """No engine can be started here; the text says why, in a sentence."""


def install() -> None:
    """See that the engine's programs are there; Debian's packages bring them. Raises CannotStart."""
    if platform.system() != "Linux":
        raise CannotStart(f"a Docker engine is started by hand on Linux, and this is {platform.system()}")
    if os.geteuid() != 0:
        raise CannotStart("a Docker engine is started by hand as root, and this is not root")
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if not missing:
        return
    if shutil.which("apt-get") is None:
        raise CannotStart(f"there is no {', '.join(missing)}, and no apt-get that would bring it")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update"], ["install", "-y", "--no-install-recommends", *PACKAGES]):
        done = subprocess.run(
            ["apt-get", "-qq", *arguments], env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise CannotStart(f"apt-get {arguments[0]} failed: {done.stderr.strip()[-300:]}")


@contextmanager
def engine(folder: Path) -> Iterator[str]:
    """An engine while the block runs; answers what DOCKER_HOST must be. Raises CannotStart.

    It leaves the machine's firewall and forwarding as they are, unless packets between containers would be dropped.
    """
    folder.mkdir(parents=True, exist_ok=True)
    had_bridge = BRIDGE.exists()
    host = f"unix://{folder / 'socket'}"
    words = {"data-root": folder / "data", "exec-root": folder / "exec", "pidfile": folder / "pid", "host": host}
    command = ["dockerd", "--group=root", *(f"--{name}={value}" for name, value in words.items())]
    if not _firewall_drops():
        command += ["--iptables=false", "--ip-forward=false", "--ip-masq=false"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        _await_answer(process, host, folder / "log")
        yield host
    finally:
        _end(process)
        if not had_bridge and BRIDGE.exists():
            subprocess.run(["ip", "link", "delete", BRIDGE.name], capture_output=True, check=False)


def _firewall_drops() -> bool:
    """Whether the machine drops what it would forward: then only the engine's own rules let containers talk."""
    rules = subprocess.run(["iptables", "--list-rules", "FORWARD"], capture_output=True, text=True, check=False).stdout
    return "-P FORWARD ACCEPT" not in rules


def _await_answer(process: subprocess.Popen[bytes], host: str, log: Path) -> None:
    end = time.monotonic() + READY_SECONDS_MAX
    while subprocess.run(["docker", "--host", host, "info"], capture_output=True, check=False).returncode != 0:
        if process.poll() is not None or time.monotonic() > end:
            last = log.read_text(errors="replace").strip().splitlines()[-1:]
            raise CannotStart(f"the engine did not come up: {''.join(last)[-300:]}")
        time.sleep(0.2)


def _end(process: subprocess.Popen[bytes]) -> None:
    """By its id: it ends its containers and its containerd with it."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(END_SECONDS_MAX)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
