"""Print the parts of the cache, as a table or JSON."""

from collections.abc import Sequence

from dlctl.cli.output.envelope import write_document
from dlctl.cli.output.tables.table import TableFormat, table
from dlctl.cli.runtime import Runtime
from dlctl.files.cache import CachePart

_UNITS = ("B", "KiB", "MiB", "GiB")


def print_cache(runtime: Runtime, parts: Sequence[CachePart], output: TableFormat) -> None:
    """`cache list`."""
    if output is TableFormat.JSON:
        items = [
            {
                "name": part.name,
                "content": part.content,
                "path": str(part.path),
                "files": part.files,
                "bytes": part.size,
            }
            for part in parts
        ]
        write_document(runtime, "CachePartList", items=items)
        return
    rows = [(part.name, str(part.files), shown_size(part.size), part.content) for part in parts]
    table(("PART", "FILES", "SIZE", "CONTENT"), rows)


def shown_size(size: int) -> str:
    """A number of bytes for people: `12 B`, `1.5 MiB`."""
    number, unit = float(size), _UNITS[0]
    for each in _UNITS[1:]:
        if number < 1024:
            break
        number, unit = number / 1024, each
    return f"{size} B" if unit == "B" else f"{number:.1f} {unit}"
