"""Where supervisords listen: a folder of the user's alone, and the same in every shell, whatever TMPDIR says.

As tmux does it. A Unix socket's path may have 107 bytes at most; that of a state folder can be longer.
"""

import hashlib
import os
import stat
from pathlib import Path

from pipeline.errors import InkstreamError

FOLDER = Path("/tmp")


def socket_of(mark: str) -> Path:
    """The socket of the stack of this mark; a stack has none but this."""
    return FOLDER / f"inkstream-{os.getuid()}" / f"{hashlib.sha256(os.fsencode(mark)).hexdigest()[:16]}.sock"


def require_privacy(folder: Path) -> None:
    """Nobody else can have put a socket into this folder.

    Raises:
        InkstreamError: somebody else could.
        FileNotFoundError: it is not there.
    """
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o022:
        raise InkstreamError(f"{folder} must be a folder in which nobody but you may write.")
