"""Uploads as a browser sends them."""

import io
import zipfile
from collections.abc import Callable, Mapping

import pytest
from PIL import Image

MakeUpload = Callable[[str, bytes], io.BytesIO]


def png(width: int = 20, height: int = 30, mode: str = "L") -> bytes:
    file = io.BytesIO()
    Image.new(mode, (width, height)).save(file, "PNG")
    return file.getvalue()


def zipped(members: Mapping[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


@pytest.fixture
def upload() -> MakeUpload:
    """Makes a file of a name and a content."""

    def make(name: str, content: bytes) -> io.BytesIO:
        file = io.BytesIO(content)
        file.name = name
        return file

    return make
