"""A cache of what servers serve, with a key of its own."""

from pathlib import Path

from dlctl.files.signed_files import SignedFolder


def cache_in(folder: Path) -> SignedFolder:
    """The cache of discovery in a folder, which also has the key."""
    return SignedFolder(folder / "discovery", folder / "cache.key")
