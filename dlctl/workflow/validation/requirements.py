"""Findings about what an environment's cluster lacks: kinds, resources of nodes, labels of nodes."""

from collections.abc import Iterable, Iterator, Sequence

from dlctl.manifest import ApiKey, Manifest
from dlctl.nodes.inventory.group_labels import is_group_label
from dlctl.plan.requirements import MissingRequirement
from dlctl.registry.prototypes.model import Requirement
from dlctl.render.rendering import RenderedComponent, Rendering
from dlctl.render.requirements import required_of_nodes
from dlctl.schemas.model import Level
from dlctl.workflow.requirements import kind_requirements
from dlctl.workflow.validation.known_cluster import KnownNodes
from dlctl.workflow.validation.model import Finding
from dlctl.workflow.validation.served_kinds import ServedKinds


def missing_kinds(rendering: Rendering, kinds: ServedKinds, reported: Iterable[ApiKey]) -> Iterator[Finding]:
    """One finding for each kind that the cluster does not serve; those `reported` already are left out.

    Raises RenderError if the condition of a requirement cannot be evaluated.
    """
    environment = rendering.target.environment.name
    skipped = set(reported)
    for entry in kinds.missing(rendering.manifests, kind_requirements(rendering)):
        if entry.key not in skipped:
            yield _missing_kind(entry, environment, rendering.manifests)


def _missing_kind(entry: MissingRequirement, environment: str, manifests: Sequence[Manifest]) -> Finding:
    first = next((manifest for manifest in manifests if manifest.api_key == entry.key), None)
    return Finding(
        Level.ERROR,
        "missing-kind",
        entry.sentence(environment),
        first.component if first else next(iter(entry.components), ""),
        first.ref if first else None,
        location=first.location if first else None,
        hint=entry.hint,
    )


def missing_of_nodes(rendering: Rendering, nodes: Sequence[KnownNodes]) -> Iterator[Finding]:
    """One finding for each required resource or label that no node has.

    Raises RenderError if the condition of a requirement cannot be evaluated.
    """
    environment = rendering.target.environment.name
    for part, entry in _unmet(rendering, nodes):
        name = part.component.name
        provider = f"; {entry.provider} provides it" if entry.provider else ""
        yield Finding(
            Level.ERROR,
            "missing-resource" if entry.resource else "missing-node-label",
            f"no node of the cluster of {environment} has {_wanted(entry)}, "
            f"which component {name} needs{provider}",
            name,
            location=part.component.location,
            hint="choose other parameters, or another environment",
        )


def missing_names(rendering: Rendering, nodes: Sequence[KnownNodes]) -> frozenset[tuple[str, str]]:
    """Each component with the resources and labels that it requires and no node has."""
    return frozenset(
        (part.component.name, name)
        for part, entry in _unmet(rendering, nodes)
        for name in (entry.resource, *entry.node_labels)
        if name
    )


def _unmet(
    rendering: Rendering, nodes: Sequence[KnownNodes]
) -> Iterator[tuple[RenderedComponent, Requirement]]:
    for part, entry in required_of_nodes(rendering):
        if is_recorded(entry) and not any(_has(node, entry) for node in nodes):
            yield part, entry


def is_recorded(entry: Requirement) -> bool:
    """Whether a cluster.yaml tells if nodes have this: of labels, it keeps those that are about hardware."""
    return bool(entry.resource) or all(is_group_label(label) for label in entry.node_labels)


def unchecked_of_nodes(rendering: Rendering, nodes: Sequence[KnownNodes] | None) -> tuple[str, ...]:
    """What nodes must have and is not known of these; each once."""
    entries = [entry for _, entry in required_of_nodes(rendering)]
    return tuple(dict.fromkeys(_wanted(each) for each in entries if nodes is None or not is_recorded(each)))


def _has(node: KnownNodes, entry: Requirement) -> bool:
    if entry.resource:
        return entry.resource in node.resources
    found = [node.labels[label] for label in entry.node_labels if label in node.labels]
    return any(not entry.values or value in entry.values for value in found)


def _wanted(entry: Requirement) -> str:
    if entry.resource:
        return entry.resource
    values = f" = {' or '.join(entry.values)}" if entry.values else ""
    return f"label {' or '.join(entry.node_labels)}{values}"
