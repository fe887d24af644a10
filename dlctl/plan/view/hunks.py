"""The hunks of a unified diff."""

from collections.abc import Iterable, Iterator, Sequence

from dlctl.plan.view.line_matches import Block, matching_blocks

CONTEXT = 3
"""Lines of context, as in diff -u."""

_Change = tuple[int, int, int, int]
"""Lines that differ: start and end in the old text, start and end in the new one."""


def unified(old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    """The hunks of a unified diff, without header lines."""
    for group in _grouped(list(_changes(matching_blocks(old, new), len(old), len(new)))):
        (a, _, c, _), (_, b, _, d) = group[0], group[-1]
        head, tail = min(CONTEXT, a, c), min(CONTEXT, len(old) - b, len(new) - d)
        yield f"@@ -{_range(a - head, b + tail)} +{_range(c - head, d + tail)} @@"
        shown = a - head
        for start, end, new_start, new_end in group:
            yield from (" " + line for line in old[shown:start])
            yield from ("-" + line for line in old[start:end])
            yield from ("+" + line for line in new[new_start:new_end])
            shown = end
        yield from (" " + line for line in old[shown : shown + tail])


def _changes(blocks: Iterable[Block], old: int, new: int) -> Iterator[_Change]:
    """What lies between the blocks of equal lines of two texts of these lengths."""
    i = j = 0
    for start, new_start, size in (*blocks, (old, new, 0)):
        if i < start or j < new_start:
            yield i, start, j, new_start
        i, j = start + size, new_start + size


def _grouped(changes: Sequence[_Change]) -> Iterator[list[_Change]]:
    """Changes whose context would meet are in one hunk."""
    group: list[_Change] = []
    for change in changes:
        if group and change[0] - group[-1][1] > 2 * CONTEXT:
            yield group
            group = []
        group.append(change)
    if group:
        yield group


def _range(start: int, stop: int) -> str:
    """The line range in a hunk's header: starting at 1, or 0 for none, as in diff."""
    length = stop - start
    if length == 1:
        return str(start + 1)
    return f"{start + 1 if length else start},{length}"
