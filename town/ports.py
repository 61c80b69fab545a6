"""Ports on this machine: free ones for tests, and a plain word when a wanted one is taken."""

import random
import socket

from town.trouble import Trouble

LOCALHOST = "127.0.0.1"
# Below the range that the kernel hands to outgoing connections: a server that is stopped and started again
# would otherwise find its port lent to somebody's client.
_FREE_FROM, _FREE_TO = 20_000, 32_000


def is_free(port: int) -> bool:
    """Whether a server could listen on this port of 127.0.0.1 now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOCALHOST, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A port that nobody uses; picked at random, so that several towns seldom want the same one."""
    for _ in range(1_000):
        port = random.randrange(_FREE_FROM, _FREE_TO)
        if is_free(port):
            return port
    raise Trouble(f"No port between {_FREE_FROM} and {_FREE_TO} is free: end some servers and try again.")


def claim(port: int, who: str, setting: str) -> int:
    """The port itself if it is free. Raises Trouble that names who wanted it and the line of town.toml to change."""
    if not is_free(port):
        raise Trouble(
            f"Port {port} is in use, and {who} needs it: end what listens there "
            f"(`ss -ltnp 'sport = :{port}'` names it), or change `{setting}` in town.toml."
        )
    return port
