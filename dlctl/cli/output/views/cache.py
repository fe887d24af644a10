"""Print the parts of the cache, as a table or JSON."""

from collections.abc import Sequence

from dlctl.cli.output.envelope import write_document
from dlctl.cli.output.tables.table import TableFormat, table
from dlctl.cli.runtime import Runtime
from dlctl.files.cache import CachePart
from dlctl.text import shown_size


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
