"""Where a prototype's fragments are."""

from pathlib import Path

from dlctl.registry.prototypes.source import Source


def fragment_folders(source: Source, folder: Path) -> tuple[Path, ...]:
    """The folders of fragments that a prototype can use, nearest first."""
    candidates = (folder, folder.parent, *source.shared_folders)
    return tuple(parent / "fragments" for parent in candidates if (parent / "fragments").is_dir())
