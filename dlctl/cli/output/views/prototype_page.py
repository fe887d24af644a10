"""A package's prototypes as a Markdown page."""

from collections.abc import Iterator, Sequence

from dlctl.cli.output.json_text import shown_value
from dlctl.cli.output.views.prototype import params_by_group, requirement_text
from dlctl.params.described_type import describe_type
from dlctl.registry.prototypes.examples import Example, examples_of, kinds_made
from dlctl.registry.prototypes.model import ParamSpec, Prototype


def prototype_page(prototypes: Sequence[Prototype]) -> str:
    """The page of one package, or of a single prototype."""
    lines = [f"# {prototypes[0].package}", ""]
    if len(prototypes) > 1:
        lines += [f"- [{entry.name}](#{entry.name}): {entry.summary}" for entry in prototypes]
        lines.append("")
    for prototype in prototypes:
        lines += _prototype(prototype)
    return "\n".join(lines).rstrip() + "\n"


def _prototype(prototype: Prototype) -> Iterator[str]:
    examples = examples_of(prototype)
    yield from (f"## {prototype.name}", "", f"**{prototype.summary}**", "", prototype.description.strip(), "")
    yield from _listed("Creates", [f"`{kind}`" for kind in kinds_made(examples)])
    yield from _listed("Needs in the cluster", [requirement_text(entry) for entry in prototype.requires])
    yield from _listed("Provides", [f"`{kind}`" for kind in prototype.provides])
    for title, specs in params_by_group(prototype):
        yield from (
            f"### {title.rstrip(':')}",
            "",
            "| parameter | type | default | meaning |",
            "|---|---|---|---|",
        )
        yield from (_row(spec) for spec in specs)
        yield ""
    for example in examples:
        yield from _example(example)


def _listed(title: str, entries: Sequence[str]) -> Iterator[str]:
    if entries:
        yield from (f"{title}:", "", *(f"- {entry}" for entry in entries), "")


def _row(spec: ParamSpec) -> str:
    default = "" if spec.secret or not spec.has_default else f"`{shown_value(spec.default)}`"
    cells = (f"`{spec.name}`", describe_type(spec.shown_schema), default, " ".join(spec.description.split()))
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _example(example: Example) -> Iterator[str]:
    yield from (f"### Example: {example.name}", "")
    text = example.params_text.strip()
    if text:
        yield from ("```yaml", text, "```", "")
    yield from (f"Renders {', '.join(f'`{kind}`' for kind in example.kinds)}.", "")
