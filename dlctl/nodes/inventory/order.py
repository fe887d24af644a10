"""The order in which people look for names: numbers in them count as numbers."""

from dlctl.pattern import pattern

_PARTS = pattern(r"(\d+)")


def natural_key(name: str) -> tuple[tuple[int, int, str], ...]:
    """A sort key: `gpu-9` before `gpu-10`. Names that differ have keys that differ."""
    parts = _PARTS.split(name)
    return tuple((0, int(part), part) if part.isdecimal() else (1, 0, part) for part in parts if part)
