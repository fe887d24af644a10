"""Where compiled code is kept."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class CodeFolder:
    """A folder of compiled code, and the file of the key that marks what is in it as ours."""

    path: Path
    key_file: Path
