"""The choice of a source for a registry.

A further kind of source is a class with the methods of `RegistrySource`, a key of
`RegistryEntry`, a form in `location.py`, and a line here.
"""

from dlctl.app.package_model import RegistryEntry
from dlctl.registry.sources.directory_source import DirectorySource
from dlctl.registry.sources.git.source import GitSource
from dlctl.registry.sources.oci.source import OciSource
from dlctl.registry.sources.protocol import RegistrySource, Surroundings


def open_source(entry: RegistryEntry, surroundings: Surroundings) -> RegistrySource:
    """The source of a registry; nothing is read yet."""
    if entry.git:
        return GitSource(entry, surroundings)
    if entry.oci:
        return OciSource(entry, surroundings)
    return DirectorySource(entry, surroundings.root)
