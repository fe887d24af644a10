"""dlctl, with a count of the files that it opens.

Usage: python counting_opens.py COUNTS.json WORDS... The counts are by path, as the program names it.
"""

import collections
import json
import os
import sys
from pathlib import Path

opened: "collections.Counter[str]" = collections.Counter()


def count(event: str, arguments: tuple[object, ...]) -> None:
    """Python reports here what it opens, by whatever function."""
    if event == "open" and isinstance(arguments[0], str | os.PathLike):
        opened[os.fspath(arguments[0])] += 1


counts = Path(sys.argv.pop(1))
sys.addaudithook(count)

from dlctl.cli.main import main  # noqa: E402 - what is imported counts too

code = main(sys.argv[1:])
counts.write_text(json.dumps(dict(opened)))
sys.exit(code)
