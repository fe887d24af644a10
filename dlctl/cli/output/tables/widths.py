"""The column widths of tables on a terminal."""

from collections.abc import Callable, Iterable, Sequence

LEAST = 16
"""The minimum width of a column whose words are broken."""

READABLE = 24
"""The width from which on a text that wraps is easy to read."""

NARROW = 20
"""The width that a text gets at least where words of other columns would be cut."""

Measure = Callable[[str], int]


def column_widths(
    headings: Sequence[str], columns: Sequence[Sequence[str]], room: int, measure: Measure
) -> list[int] | None:
    """Column widths with a sum of at most `room`; None if words would be broken in every column."""
    full = [[heading, *column] for heading, column in zip(headings, columns, strict=True)]
    widths = [min(room, max(map(measure, column))) for column in full]
    words = [_longest_word(column, measure) for column in full]
    for floors in _floors(words, [measure(heading) for heading in headings]):
        if sum(floors) <= room:
            return _narrowed(widths, floors, room)
    return None


def words_fit(
    headings: Sequence[str],
    columns: Sequence[Sequence[str]],
    room: int,
    measure: Measure,
    *,
    whole: bool,
    readable: int = READABLE,
) -> bool:
    """Whether there is room for the longest word of each column, and to read the last one.

    Cells may wrap between words; the last column is a text where it is long. Unless the `whole` table must
    fit, long words of its last column may be cut; `readable` is the width that it needs then.
    """
    full = [[heading, *column] for heading, column in zip(headings, columns, strict=True)]
    words = [_longest_word(column, measure) for column in full]
    least = min(readable, max(map(measure, full[-1])))
    words[-1] = max(words[-1], least) if whole else least
    return sum(words) <= room


def _longest_word(texts: Iterable[str], measure: Measure) -> int:
    return max((measure(word) for text in texts for word in text.split()), default=0)


def _floors(words: Sequence[int], headings: Sequence[int]) -> Iterable[list[int]]:
    """Minimum widths to try: no words broken, then those of the last column, of others, of the first one."""
    floors = list(words)
    yield list(floors)
    *others, last = range(len(words))
    first = others[:1]
    for column in (last, *sorted(others[1:], key=words.__getitem__, reverse=True), *first):
        floors[column] = min(floors[column], max(LEAST, headings[column]))
        yield list(floors)


def _narrowed(widths: Sequence[int], floors: Sequence[int], room: int) -> list[int]:
    """Reduce the last column first, down to twice LEAST, then always the widest one."""
    found = list(widths)
    spare = max(0, found[-1] - max(floors[-1], 2 * LEAST))
    found[-1] -= max(0, min(spare, sum(found) - room))
    while sum(found) > room:
        widest = max((i for i in range(len(found)) if found[i] > floors[i]), key=found.__getitem__)
        found[widest] -= 1
    return found
