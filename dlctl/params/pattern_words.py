"""What the patterns of parameters mean in words; read where a value is refused."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from dlctl.yamlio.load import load_file

_FILE = Path(__file__).with_name("pattern_words.yaml")


def words_of(pattern: str, *, refuses: bool) -> str:
    """What a text is that a pattern accepts, or that a `not` with it refuses; empty where it is not known."""
    return _words("is" if refuses else "must be").get(pattern, "")


@lru_cache(maxsize=2)
def _words(section: str) -> Mapping[str, str]:
    stated = load_file(_FILE, _FILE.name).value[section]
    return {pattern: words for words, patterns in stated.items() for pattern in patterns}
