"""A prototype described for people."""

import textwrap
from collections.abc import Iterator

from dlctl.cli.output import text_width
from dlctl.cli.usage_text import about_param
from dlctl.registry.model import Prototype, Requirement


def describe_text(prototype: Prototype) -> str:
    """What `prototype describe` prints."""
    lines = [f"{prototype.name} ({prototype.package})", f"  {prototype.summary}", ""]
    for paragraph in prototype.description.strip().split("\n\n"):
        lines += [*textwrap.wrap(" ".join(paragraph.split()), text_width(), break_on_hyphens=False), ""]
    lines += list(_params_text(prototype))
    if prototype.requires:
        lines += ["", "Needs in the cluster:"]
        lines += [f"  {_requirement(entry)}" for entry in prototype.requires]
    if prototype.provides:
        lines += ["", f"Provides: {', '.join(prototype.provides)}"]
    return "\n".join(lines) + "\n"


def _params_text(prototype: Prototype) -> Iterator[str]:
    for title, required in (("Required parameters:", True), ("Optional parameters:", False)):
        specs = [spec for spec in prototype.params.values() if spec.required is required]
        if specs:
            yield title
        for spec in specs:
            aliases = f" (also {', '.join(spec.aliases)})" if spec.aliases else ""
            yield f"  {spec.name}{aliases}"
            for line in textwrap.wrap(about_param(spec), text_width() - 6):
                yield f"      {line}"


def _requirement(entry: Requirement) -> str:
    words = entry.kind or f"nodes with {entry.resource}"
    if entry.when != "true":
        words += f", where {entry.when}"
    return words + (f" ({entry.provider} provides it)" if entry.provider else "")
