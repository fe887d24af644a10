"""Golden files: what people read, to be looked at when it changes.

`DLCTL_UPDATE_GOLDEN=1 pytest …` writes them anew; read the difference.
"""

import os
from pathlib import Path


def check(actual: str, path: Path) -> None:
    """Fail where a text is not what the file holds."""
    if os.environ.get("DLCTL_UPDATE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(actual)
    assert actual == path.read_text()
