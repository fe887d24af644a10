"""`dlctl prototype preview PROTOTYPE [--param value …]`."""

from collections.abc import Sequence

from dlctl.cli.arguments.prototype_usage import PREVIEW, usage_text
from dlctl.cli.arguments.prototype_words import parse_prototype_arguments
from dlctl.cli.commands.generate import values_file
from dlctl.cli.output.streams import data
from dlctl.cli.runtime import Runtime
from dlctl.errors import UsageError
from dlctl.params.component import typed_params


def print_preview(runtime: Runtime, words: Sequence[str]) -> None:
    """Print the YAML of a component of this prototype, with masked secrets; works without an app."""
    catalogue = runtime.catalogue()
    parsed = parse_prototype_arguments(words, catalogue.find, names=1)
    if parsed.help:
        data(usage_text(PREVIEW, catalogue.find(parsed.prototype) if parsed.prototype else None))
        return
    if not parsed.prototype:
        raise UsageError(
            "'prototype preview' needs PROTOTYPE", hint="'dlctl prototype list' lists all prototypes"
        )
    from dlctl.workflow.preview import preview
    from dlctl.workflow.render import redactor_of
    from dlctl.yamlio.dump import dump_documents

    prototype = catalogue.find(parsed.prototype)
    rendering = preview(
        catalogue,
        prototype,
        typed_params(prototype, parsed.params, values_file(runtime.cwd, parsed), parsed.force),
        name=parsed.options.get("name", ""),
        namespace=parsed.options.get("namespace", ""),
    )
    redactor = redactor_of(rendering)
    data(dump_documents([redactor.mask_manifest(manifest.body) for manifest in rendering.manifests]))
