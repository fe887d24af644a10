"""The archive of a package: a tar file in one form only, so that equal content has equal bytes everywhere.

The files of the content in their order, each a POSIX ustar header and its bytes: mode 0644 or 0755, owner and
group 0 without names, time 0; no folders, no extensions; then two empty blocks. It is not compressed. GNU tar
writes the same bytes with --format=ustar --owner=0 --group=0 --numeric-owner --mtime=@0 --blocking-factor=1.
"""

from collections.abc import Iterator

from msgspec import Struct

from dlctl.errors import Location, RegistryError
from dlctl.registry.packages.content import MAX_FILE, MAX_FILES, MAX_TOTAL, Content, ContentFile
from dlctl.registry.packages.tree import Entry, EntryKind

_BLOCK = 512
_NAME = 100
_PREFIX = 155
MAX_ARCHIVE = MAX_TOTAL + 2 * _BLOCK * (MAX_FILES + 1)
"""The most bytes of an archive."""
_END = bytes(2 * _BLOCK)
_KINDS = {
    b"0": EntryKind.FILE,
    b"\0": EntryKind.FILE,
    b"1": EntryKind.HARD_LINK,
    b"2": EntryKind.LINK,
    b"3": EntryKind.SPECIAL,
    b"4": EntryKind.SPECIAL,
    b"6": EntryKind.SPECIAL,
}


class Unpacked(Struct, frozen=True):
    """The entries of an archive as it states them, unchecked, and the bytes of those that are files."""

    entries: tuple[Entry, ...]
    files: dict[str, bytes]


def pack(content: Content) -> bytes:
    """The archive. Raises RegistryError for a path that it has no place for."""
    return b"".join(_packed(content)) + _END


def _packed(content: Content) -> Iterator[bytes]:
    for file in content.files:
        yield _header(file)
        yield file.data
        yield bytes(-len(file.data) % _BLOCK)


def _header(file: ContentFile) -> bytes:
    prefix, name = _split(file.path)
    fields = (
        name.ljust(_NAME, b"\0"),
        b"0000755\0" if file.executable else b"0000644\0",
        b"0000000\0" * 2,  # owner and group
        b"%011o\0" % len(file.data),
        b"00000000000\0",  # time
        b" " * 8,  # the checksum, counted as spaces
        b"0",
        bytes(_NAME),  # the target of a link
        b"ustar\00000",
        bytes(32 + 32),  # names of owner and group
        b"0000000\0" * 2,  # numbers of a device
        prefix.ljust(_PREFIX, b"\0"),
    )
    block = b"".join(fields).ljust(_BLOCK, b"\0")
    return block[:148] + b"%06o\0 " % sum(block) + block[156:]


def _split(path: str) -> tuple[bytes, bytes]:
    """The path in two parts that fit into a header. Raises RegistryError if there are none."""
    whole = path.encode()
    if len(whole) <= _NAME:
        return b"", whole
    for at in range(len(whole) - _NAME - 1, min(_PREFIX, len(whole) - 1) + 1):
        if whole[at : at + 1] == b"/":
            return whole[:at], whole[at + 1 :]
    raise RegistryError(f"'{path}' has a name of more than {_NAME} characters, which an archive cannot have")


def unpack(data: bytes, shown: str) -> Unpacked:
    """The entries of an archive; what they are is for `content` to check.

    Raises RegistryError if it is no tar file, or has entries of other kinds than files, links and devices.
    """
    entries: list[Entry] = []
    files: dict[str, bytes] = {}
    at = 0
    while data[at : at + _BLOCK].strip(b"\0"):
        entry = _entry(data[at : at + _BLOCK], shown)
        at += _BLOCK
        entries.append(entry)
        if len(entries) > MAX_FILES:
            break  # the check of the content refuses it
        if entry.kind is EntryKind.FILE:
            files[entry.path] = data[at : at + entry.size]
            at += entry.size + -entry.size % _BLOCK
    return Unpacked(tuple(entries), files)


def _entry(block: bytes, shown: str) -> Entry:
    stated = _number(block[148:156], shown)
    if len(block) < _BLOCK or stated != sum(block[:148]) + 8 * 32 + sum(block[156:]):
        raise damaged(shown)
    kind = block[156:157]
    name, prefix = _text(block[:_NAME]), _text(block[345 : 345 + _PREFIX])
    path = f"{prefix}/{name}" if prefix else name
    if kind not in _KINDS:
        raise RegistryError(
            f"'{path[:_NAME]}' is an entry of the kind '{ascii(kind.decode('latin-1'))[1:-1]}', not a file",
            location=Location(shown),
            hint="archives of packages are made by 'dlctl pkg push'",
        )
    size = _number(block[124:136], shown)
    if size > MAX_FILE:
        raise RegistryError(f"'{path}' has more than {MAX_FILE:,} bytes", location=Location(shown))
    return Entry(path, _KINDS[kind], size, bool(_number(block[100:108], shown) & 0o100))


def _text(field: bytes) -> str:
    return field.partition(b"\0")[0].decode("utf-8", "backslashreplace")


def _number(field: bytes, shown: str) -> int:
    digits = field.strip(b" \0")
    if not digits.isdigit() or b"8" in digits or b"9" in digits:
        raise damaged(shown)
    return int(digits, 8)


def damaged(shown: str) -> RegistryError:
    """The error for an archive that `pack` did not make."""
    return RegistryError(
        "the archive of the package is not in the form that 'dlctl pkg push' writes",
        location=Location(shown),
        hint="its author has to push it again",
    )
