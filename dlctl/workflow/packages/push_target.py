"""Where `pkg push` is to push to: a registry of the app, a directory or an OCI repository."""

from collections.abc import Mapping
from pathlib import Path

from dlctl.app.package_model import RegistryEntry
from dlctl.errors import RegistryError, UsageError
from dlctl.registry.sources.location import git_place, parse_location
from dlctl.registry.sources.oci.open_client import open_client
from dlctl.registry.sources.oci.place import SCHEME, parse_place
from dlctl.registry.sources.protocol import Surroundings
from dlctl.suggest import did_you_mean
from dlctl.workflow.packages.push import OciTarget, Target
from dlctl.workflow.packages.push_directory import DirectoryTarget


def target_of(
    text: str, registries: Mapping[str, RegistryEntry], cwd: Path, surroundings: Surroundings
) -> Target:
    """The target that a user named; nothing is read or written yet.

    `registries` are those of the app, if there is one. Raises RegistryError or UsageError.
    """
    if text in registries:
        return _registry_target(registries[text], surroundings)
    if text.startswith(SCHEME):
        return _oci_target(parse_location(text, cwd, cwd), surroundings)
    if "/" not in text and not text.startswith(".") and not (cwd / text).is_dir():
        raise RegistryError(
            f"no registry or directory '{text}'",
            hint=did_you_mean(text, registries, f"for a new directory write ./{text}"),
        )
    if git_place(text) is not None:
        raise UsageError(f"'{text}' is a git repository", hint=_GIT)
    return DirectoryTarget((cwd / text).resolve(), text.rstrip("/"))


_GIT = "push to a directory in a clone of it, then commit the new folder with git"


def _registry_target(entry: RegistryEntry, surroundings: Surroundings) -> Target:
    if entry.git:
        raise RegistryError(
            f"registry '{entry.name}' is a git repository", location=entry.location, hint=_GIT
        )
    if entry.oci:
        return _oci_target(entry, surroundings)
    return DirectoryTarget((surroundings.root / entry.directory).resolve(), entry.directory)


def _oci_target(entry: RegistryEntry, surroundings: Surroundings) -> OciTarget:
    if entry.digest and not entry.tag:
        raise UsageError("a digest never changes", hint="name a tag to push to, or none for 'latest'")
    place = parse_place(f"{entry.oci}:{entry.tag}" if entry.tag else entry.oci)
    return OciTarget(lambda write: open_client(place, surroundings, entry.storage, write=write))
