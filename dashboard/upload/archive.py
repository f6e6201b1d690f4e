"""Zip archives, of which nothing is believed: what they hold is listed first, and read when its turn comes."""

import lzma
import struct
import zipfile
import zlib
from typing import BinaryIO

from dashboard.upload.limits import MOST_DIRECTORY_BYTES, MOST_FILES
from pipeline.recognition.image_limits import MAX_BYTES

SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06")
END = struct.Struct("<4s4H2LH")
"""PKWARE's APPNOTE, 4.3.16: the end of central directory record, before a comment of at most 64 KiB."""
END_SIGNATURE, ZIP64_SIGNATURE = b"PK\x05\x06", b"PK\x06\x07"
ZIP64_LOCATOR_BYTES = 20
LONGEST_COMMENT = 0xFFFF
ENCRYPTED = 0x1

DAMAGE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, struct.error)


class ArchiveError(ValueError):
    """An archive, or a file in it, cannot be read; the message is a sentence that says why and what to do."""


def is_archive(start: bytes) -> bool:
    """Whether a file that begins so is a zip archive, whatever its name."""
    return start.startswith(SIGNATURES)


def open_archive(file: BinaryIO) -> zipfile.ZipFile:
    """The archive with its list of files read, and none of them.

    Raises:
        ArchiveError: it is damaged, or its list is longer than an upload may be.
    """
    try:
        _check_length(file)
        archive = zipfile.ZipFile(file)
    except ArchiveError:
        raise
    except DAMAGE as problem:
        raise ArchiveError("The archive is damaged: make it anew and upload it again.") from problem
    except NotImplementedError as problem:
        raise ArchiveError("The archive is of a kind that is not known: make a plain zip of its files.") from problem
    _check_count(len(archive.filelist))
    return archive


def read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int = MAX_BYTES) -> bytes:
    """The content of one file, at most ``most`` + 1 bytes of it, whatever the archive says of its size.

    Raises:
        ArchiveError: it is encrypted, damaged or packed by an unknown method.
    """
    if member.flag_bits & ENCRYPTED:
        raise ArchiveError("It is encrypted: make the archive without a password.")
    try:
        with archive.open(member) as content:
            return content.read(most + 1)
    except NotImplementedError as problem:
        raise ArchiveError("It is packed by a method that is not known: make a plain zip.") from problem
    except (*DAMAGE, RuntimeError) as problem:
        raise ArchiveError("It is damaged within the archive: make the archive anew.") from problem


def _check_length(file: BinaryIO) -> None:
    """Python reads an archive's whole list, however long, before it says how many files are in it."""
    size = file.seek(0, 2)
    file.seek(max(0, size - END.size - LONGEST_COMMENT - ZIP64_LOCATOR_BYTES))
    tail = file.read()
    place = tail.rfind(END_SIGNATURE)
    if place < 0 or len(tail) - place < END.size:
        raise zipfile.BadZipFile("no end of central directory")
    files, length = (END.unpack_from(tail, place)[field] for field in (4, 5))
    if ZIP64_SIGNATURE in tail[max(0, place - ZIP64_LOCATOR_BYTES) : place] or length > MOST_DIRECTORY_BYTES:
        raise ArchiveError(f"The archive holds more than an upload may: {MOST_FILES:,} files are the most.")
    _check_count(files)


def _check_count(files: int) -> None:
    if files > MOST_FILES:
        raise ArchiveError(f"The archive holds {files:,} files; {MOST_FILES:,} are the most: upload it in parts.")
