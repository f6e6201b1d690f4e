"""``python -m producers.replay``, ended when whoever started it is gone: then its stdin is."""

import os
import signal
import sys
from threading import Thread

from producers.replay import main


def end_with_stdin() -> None:
    """Wait until stdin is closed, then end this process."""
    os.read(sys.stdin.fileno(), 1)  # unbuffered: a buffer's lock, held for ever, would spoil the exit
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    Thread(target=end_with_stdin, daemon=True).start()
    sys.exit(main())
