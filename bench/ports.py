"""Ports that nobody else has."""

import socket
from contextlib import ExitStack


def free_ports(count: int) -> list[int]:
    """As many different ports of this machine as asked for, free a moment ago."""
    with ExitStack() as sockets:
        opened = [sockets.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [one.getsockname()[1] for one in opened]
