import io
import struct
import zipfile

import pytest

from dashboard.upload import archive as archives
from dashboard.upload.archive import ArchiveError, is_archive, open_archive, read_member
from tests.unit.dashboard.upload.conftest import zipped


def only(content: bytes, most: int = 100) -> bytes:
    archive = open_archive(io.BytesIO(content))
    return read_member(archive, archive.filelist[0], most)


def test_a_file_comes_out_as_it_went_in():
    assert only(zipped({"a/7.png": b"ink"})) == b"ink"


def test_an_archive_is_known_by_its_content():
    assert is_archive(zipped({"a": b""}))
    assert is_archive(zipped({}))
    assert not is_archive(b"\x89PNG")


def test_no_more_is_unpacked_than_asked_for_whatever_the_archive_says():
    bomb = zipped({"bomb.png": bytes(50_000_000)})
    assert len(bomb) < 100_000
    assert len(only(bomb, most=1000)) == 1001
    says_little = bomb.replace(struct.pack("<L", 50_000_000), struct.pack("<L", 7))
    with pytest.raises(ArchiveError, match="damaged within"):
        only(says_little, most=1000)


@pytest.mark.parametrize("cut", [0, 10, 60, -1, -21])
def test_a_cut_archive_is_a_sentence(cut):
    content = zipped({"7.png": b"ink" * 100})
    with pytest.raises(ArchiveError, match="damaged"):
        only(content[: len(content) + cut if cut < 0 else cut])


def test_a_damaged_file_within_is_a_sentence():
    content = bytearray(zipped({"7.png": bytes(range(256)) * 8}))
    content[60:90] = bytes(30)
    with pytest.raises(ArchiveError, match="damaged within"):
        only(bytes(content), most=10_000)


def test_an_encrypted_file_is_a_sentence():
    content = bytearray(zipped({"7.png": b"ink"}))
    content[6] |= 1
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(ArchiveError, match="encrypted"):
        only(bytes(content))


def test_an_unknown_method_is_a_sentence():
    content = bytearray(zipped({"7.png": b"ink"}))
    content[8] = 97
    content[content.rindex(b"PK\x01\x02") + 10] = 97
    with pytest.raises(ArchiveError, match="method"):
        only(bytes(content))


def test_too_many_files_are_refused_before_they_are_listed(monkeypatch):
    monkeypatch.setattr(archives, "MOST_FILES", 2)
    open_archive(io.BytesIO(zipped({"a": b"", "b": b""})))
    many = zipped({"a": b"", "b": b"", "c": b""})
    monkeypatch.setattr(zipfile, "ZipFile", None)
    with pytest.raises(ArchiveError, match="3 files; 2 are the most"):
        open_archive(io.BytesIO(many))


def test_a_count_that_lies_is_found_out(monkeypatch):
    monkeypatch.setattr(archives, "MOST_FILES", 2)
    many = bytearray(zipped({"a": b"", "b": b"", "c": b""}))
    many[-22 + 8 : -22 + 12] = struct.pack("<2H", 1, 1)
    with pytest.raises(ArchiveError, match="3 files"):
        open_archive(io.BytesIO(bytes(many)))


def test_a_list_that_is_too_long_is_not_read(monkeypatch):
    monkeypatch.setattr(archives, "MOST_DIRECTORY_BYTES", 60)
    open_archive(io.BytesIO(zipped({"a": b""})))
    with pytest.raises(ArchiveError, match="more than an upload may"):
        open_archive(io.BytesIO(zipped({"a": b"", "b": b""})))


def test_zip64_which_could_hide_its_length_is_refused():
    content = zipped({"a": b""})
    locator = b"PK\x06\x07" + bytes(16)
    with pytest.raises(ArchiveError, match="more than an upload may"):
        open_archive(io.BytesIO(content[:-22] + locator + content[-22:]))
