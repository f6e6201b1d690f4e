"""Memory that is freed stays with the process: glibc else gives it back after each step, and asks for it again.

Each batch needs tens of megabytes for a moment; to have them mapped anew took a third of the processors' time.
"""

import ctypes
from contextlib import suppress

M_TRIM_THRESHOLD, M_TOP_PAD = -1, -2
"""From glibc's malloc.h."""
KEPT_BYTES, AT_ONCE_BYTES = 1 << 30, 1 << 28


def keep_freed_memory() -> None:
    """Have malloc keep what is freed from now on; nothing happens where it is not glibc's."""
    with suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None)
        libc.mallopt(M_TRIM_THRESHOLD, KEPT_BYTES)
        libc.mallopt(M_TOP_PAD, AT_ONCE_BYTES)
