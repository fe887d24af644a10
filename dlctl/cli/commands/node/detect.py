"""`dlctl node detect`: read a host and print what it is."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from msgspec import Struct

from dlctl.cli.output.notes import log_event
from dlctl.cli.output.streams import data
from dlctl.cli.output.views.nodes.host_formats import HostFormat
from dlctl.cli.runtime import Runtime
from dlctl.errors import FileError, Location, UsageError
from dlctl.events import WarningNote
from dlctl.nodes.host.detect import Host, detect
from dlctl.nodes.host.findings.finding import Finding
from dlctl.nodes.host.findings.host_findings import host_findings
from dlctl.nodes.host.labels.host_labels import host_labels
from dlctl.nodes.host.sources.nvml import Nvml, read_nvml


class Detection(Struct, frozen=True):
    """The options of a detection; empty texts for what was left out."""

    root: Path
    prefixes: tuple[str, ...] = ()
    node_name: str = ""
    namespace: str = ""


def print_host(runtime: Runtime, detection: Detection, output: HostFormat) -> None:
    """Detect the host and print it. Raises FileError and UsageError."""
    host = read_host(detection)
    findings = host_findings(host)
    _log(host, findings if output in _WITHOUT_FINDINGS else ())
    if output is HostFormat.JSON:
        from dlctl.cli.output.views.nodes.host_json import write_host

        node = named_node(runtime, host, detection) or None
        write_host(runtime, host, node, host_labels(host, detection.prefixes), findings)
    elif output in (HostFormat.TABLE, HostFormat.WIDE):
        from dlctl.cli.output.views.nodes.host_tables import print_host_tables

        print_host_tables(host, findings, wide=output is HostFormat.WIDE)
    else:
        data(_TEXTS[output](runtime, host, detection))


def read_host(detection: Detection) -> Host:
    """The host below the root folder; NVML is asked where that is this machine's own. Raises FileError."""
    return detect(detection.root, read_nvml if detection.root == Path("/") else Nvml)


def node_name(runtime: Runtime, host: Host, detection: Detection) -> str:
    """The node that a NodeFeature is about. Raises UsageError where it is not known or cannot be one."""
    from dlctl.nodes.host.node_feature import is_node_name

    name = named_node(runtime, host, detection)
    if not name:
        hint = "name it with --node-name"
        raise UsageError(
            f"{detection.root} has no file with the host's name, which a NodeFeature needs", hint=hint
        )
    if not is_node_name(name):
        hint = "a node's name has lower-case letters, digits, '-' and '.', and here at most 63 of them"
        raise UsageError(f"'{name}' cannot be the node of a NodeFeature", hint=hint)
    return name


def named_node(runtime: Runtime, host: Host, detection: Detection) -> str:
    """The name of the host's node, by --node-name, NODE_NAME or the host's own name; empty if unknown."""
    return detection.node_name or runtime.environ.get("NODE_NAME") or _host_name(host, detection)


def feature_object(
    runtime: Runtime, host: Host, detection: Detection, namespace: str, owner: dict[str, Any] | None = None
) -> dict[str, Any]:
    """The NodeFeature of a host. Raises UsageError."""
    from dlctl.nodes.host.node_feature import node_feature

    labels = host_labels(host, detection.prefixes)
    return node_feature(host, labels, node_name(runtime, host, detection), namespace, owner)


def log_warnings(host: Host) -> None:
    """Say on stderr which files could not be read."""
    for warning in host.warnings:
        log_event(WarningNote(str(warning)))


def _host_name(host: Host, detection: Detection) -> str:
    """The kernel's name of the host, which kubelets lower for the node (pkg/util/node of Kubernetes)."""
    running = os.uname().nodename if detection.root == Path("/") else ""
    return (running or host.system.host_name or "").lower()


def _log(host: Host, findings: tuple[Finding, ...]) -> None:
    log_warnings(host)
    for finding in findings:
        place = f"{finding.device}: " if finding.device else ""
        log_event(WarningNote(place + finding.message))


def _labels(runtime: Runtime, host: Host, detection: Detection) -> str:
    return "".join(f"{key}={value}\n" for key, value in host_labels(host, detection.prefixes).items())


def _feature_file(runtime: Runtime, host: Host, detection: Detection) -> str:
    from dlctl.nodes.host.feature_file import MAX_SIZE, feature_file

    text = feature_file(host_labels(host, detection.prefixes))
    if len(text) > MAX_SIZE:
        location = Location(str(detection.root))
        raise FileError(f"the feature file would have more than {MAX_SIZE} bytes", location=location)
    return text


def _node_feature(runtime: Runtime, host: Host, detection: Detection) -> str:
    from dlctl.yamlio.dump import dump

    return dump(feature_object(runtime, host, detection, detection.namespace))


_WITHOUT_FINDINGS = (HostFormat.LABELS, HostFormat.NFD, HostFormat.NODE_FEATURE)
_TEXTS: dict[HostFormat, Callable[[Runtime, Host, Detection], str]] = {
    HostFormat.LABELS: _labels,
    HostFormat.NFD: _feature_file,
    HostFormat.NODE_FEATURE: _node_feature,
}
