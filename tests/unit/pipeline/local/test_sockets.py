import tempfile
from pathlib import Path

import pytest

from pipeline.errors import InkstreamError
from pipeline.local.sockets import require_privacy, socket_of
from pipeline.local.supervisor import Supervisor
from pipeline.settings import Settings


def test_every_shell_finds_the_same_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = Settings(state_dir=tmp_path)
    before = Supervisor(here).socket

    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)

    assert Supervisor(here).socket == before


def test_users_do_not_share_a_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = socket_of("a").parent
    monkeypatch.setattr("os.getuid", lambda: 123_456)

    assert socket_of("a").parent != mine


def test_a_folder_of_ones_own_is_private(tmp_path: Path) -> None:
    folder = tmp_path / "own"
    folder.mkdir(mode=0o700)

    require_privacy(folder)


def test_a_folder_into_which_others_may_write_is_not(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)

    with pytest.raises(InkstreamError, match="nobody but you"):
        require_privacy(tmp_path)


def test_a_folder_of_somebody_else_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = tmp_path.stat().st_uid
    monkeypatch.setattr("os.getuid", lambda: owner + 1)

    with pytest.raises(InkstreamError, match="nobody but you"):
        require_privacy(tmp_path)


def test_a_link_to_a_private_folder_is_not(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(tmp_path)

    with pytest.raises(InkstreamError, match="nobody but you"):
        require_privacy(link)


def test_whom_others_could_deceive_asks_no_supervisor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmp_path.chmod(0o777)
    supervisor = Supervisor(Settings(state_dir=tmp_path))
    monkeypatch.setattr(supervisor, "socket", tmp_path / "supervisor.sock")

    for ask in (supervisor.is_running, supervisor.stop, lambda: supervisor.start([])):
        with pytest.raises(InkstreamError, match="nobody but you"):
            ask()
