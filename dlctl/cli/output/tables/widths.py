"""How wide each column of a table is on a terminal."""

from collections.abc import Callable, Iterable, Sequence

LEAST = 16
"""A column whose words are broken keeps this width."""

Measure = Callable[[str], int]


def column_widths(
    headings: Sequence[str], columns: Sequence[Sequence[str]], room: int, measure: Measure
) -> list[int] | None:
    """Widths that together take at most `room`; None where that breaks words in every column."""
    full = [[heading, *column] for heading, column in zip(headings, columns, strict=True)]
    widths = [min(room, max(map(measure, column))) for column in full]
    words = [_longest_word(column, measure) for column in full]
    for floors in _floors(words, [measure(heading) for heading in headings]):
        if sum(floors) <= room:
            return _narrowed(widths, floors, room)
    return None


def _longest_word(texts: Iterable[str], measure: Measure) -> int:
    return max((measure(word) for text in texts for word in text.split()), default=0)


def _floors(words: Sequence[int], headings: Sequence[int]) -> Iterable[list[int]]:
    """All words whole; those of the last column broken, too; then of the column with the longest words, …"""
    floors = list(words)
    yield list(floors)
    *others, last = range(len(words))
    for column in (last, *sorted(others, key=words.__getitem__, reverse=True)):
        floors[column] = min(floors[column], max(LEAST, headings[column]))
        yield list(floors)


def _narrowed(widths: Sequence[int], floors: Sequence[int], room: int) -> list[int]:
    """The last column gives up width first, down to twice LEAST; then whichever is the widest."""
    found = list(widths)
    spare = max(0, found[-1] - max(floors[-1], 2 * LEAST))
    found[-1] -= max(0, min(spare, sum(found) - room))
    while sum(found) > room:
        widest = max((i for i in range(len(found)) if found[i] > floors[i]), key=found.__getitem__)
        found[widest] -= 1
    return found
