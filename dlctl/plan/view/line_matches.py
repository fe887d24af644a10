"""Equal lines of two texts, in time that grows with their length.

Patience diff (Bram Cohen): lines that are in both texts exactly once are anchors, the longest ascending
run of them is kept, and what lies between two anchors is compared in the same way. Where no line is unique,
windows of several lines are; short pieces are compared by difflib, whose time is quadratic.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

SHORT = 64
"""The most lines of a piece that is compared by difflib."""
SHORT_TEXT = 300
"""The same for what differs of whole texts, of which there are not many."""
WINDOWS = (1, 2, 4, 8, 16, 32)
"""Lines of a window that may be an anchor."""
DEEPEST = 32
"""How often a piece is divided; then its rest counts as different, which bounds the time."""

Block = tuple[int, int, int]
"""Start in the old text, start in the new text, number of lines."""
_Piece = tuple[int, int, int, int]
"""A part of both texts: start and end in the old one, start and end in the new one."""


def matching_blocks(old: Sequence[str], new: Sequence[str]) -> list[Block]:
    """Ascending blocks of equal lines, not necessarily the longest ones; neighbours are joined."""
    numbers: dict[str, int] = {}
    left = [numbers.setdefault(line, len(numbers)) for line in old]
    right = [numbers.setdefault(line, len(numbers)) for line in new]
    found: list[Block] = []
    waiting: list[tuple[_Piece, int]] = [((0, len(left), 0, len(right)), 0)]
    while waiting:
        piece, depth = waiting.pop()
        blocks, pieces = _divided(left, right, piece, depth)
        found += blocks
        waiting += [(each, depth + 1) for each in pieces]
    return _joined(sorted(found))


def _divided(
    left: Sequence[int], right: Sequence[int], piece: _Piece, depth: int
) -> tuple[list[Block], list[_Piece]]:
    """The blocks that are found in a piece, and the smaller pieces between them."""
    a, b, c, d = piece
    head = _common(left, right, a, c, min(b - a, d - c), 1)
    tail = _common(left, right, b - 1, d - 1, min(b - a, d - c) - head, -1)
    blocks = [(a, c, head), (b - tail, d - tail, tail)]
    a, b, c, d = a + head, b - tail, c + head, d - tail
    if a == b or c == d or depth == DEEPEST:
        return blocks, []
    if max(b - a, d - c) <= (SHORT if depth else SHORT_TEXT):
        matcher = SequenceMatcher(None, left[a:b], right[c:d], autojunk=False)
        return [*blocks, *((a + i, c + j, size) for i, j, size in matcher.get_matching_blocks())], []
    anchors = _anchors(left[a:b], right[c:d])
    pieces: list[_Piece] = []
    before = (a, c)
    for i, j, size in anchors:
        blocks.append((a + i, c + j, size))
        pieces.append((before[0], a + i, before[1], c + j))
        before = (a + i + size, c + j + size)
    return blocks, [*pieces, (before[0], b, before[1], d)] if anchors else []


def _common(left: Sequence[int], right: Sequence[int], i: int, j: int, most: int, step: int) -> int:
    count = 0
    while count < most and left[i] == right[j]:
        count, i, j = count + 1, i + step, j + step
    return count


def _anchors(left: Sequence[int], right: Sequence[int]) -> list[Block]:
    """Windows that are in both pieces exactly once, ascending and apart; the shortest that give any."""
    for size in WINDOWS:
        here, there = _unique(left, size), _unique(right, size)
        pairs = [(i, there[window]) for window, i in here.items() if window in there]
        if pairs:
            return list(_apart(_ascending(pairs), size))
    return []


def _unique(lines: Sequence[int], size: int) -> dict[tuple[int, ...], int]:
    """The windows of this size that occur once, with their places, in order."""
    places: dict[tuple[int, ...], int] = {}
    for place, window in enumerate(zip(*(lines[offset:] for offset in range(size)), strict=False)):
        places[window] = -1 if window in places else place
    return {window: place for window, place in places.items() if place >= 0}


def _ascending(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest run of pairs that ascends in both numbers; the first number ascends already."""
    ends: list[int] = []
    last: list[int] = []
    previous: list[int] = []
    for index, (_, j) in enumerate(pairs):
        place = bisect_left(ends, j)
        previous.append(last[place - 1] if place else -1)
        ends[place : place + 1] = [j]
        last[place : place + 1] = [index]
    chosen: list[tuple[int, int]] = []
    index = last[-1]
    while index >= 0:
        chosen.append(pairs[index])
        index = previous[index]
    return chosen[::-1]


def _apart(pairs: Sequence[tuple[int, int]], size: int) -> Iterator[Block]:
    """Blocks that do not overlap."""
    i_end = j_end = 0
    for i, j in pairs:
        if i >= i_end and j >= j_end:
            yield i, j, size
            i_end, j_end = i + size, j + size


def _joined(blocks: Sequence[Block]) -> list[Block]:
    joined: list[Block] = []
    for i, j, size in blocks:
        if not size:
            continue
        if joined and (joined[-1][0] + joined[-1][2], joined[-1][1] + joined[-1][2]) == (i, j):
            joined[-1] = (joined[-1][0], joined[-1][1], joined[-1][2] + size)
        else:
            joined.append((i, j, size))
    return joined
