"""Parse URLs."""

from urllib.parse import SplitResult, urlsplit

from dlctl.pattern import pattern

_UNPRINTABLE = pattern(r"[\s\x00-\x1f\x7f]")


def parse_url(text: str, schemes: tuple[str, ...]) -> SplitResult | None:
    """The parts of a URL with one of these schemes and a host; None for anything else."""
    try:
        parts = urlsplit(text)
        # Access to the port validates it.
        usable = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return parts if usable and not _UNPRINTABLE.search(text) else None
