"""`dlctl prototype preview PROTOTYPE [--param value …]`."""

from collections.abc import Sequence

from dlctl.cli.arguments.prototype_usage import PREVIEW, usage_text
from dlctl.cli.arguments.prototype_words import read_generate_words
from dlctl.cli.commands.generate import values_file
from dlctl.cli.output.streams import data
from dlctl.cli.runtime import World
from dlctl.errors import UsageError
from dlctl.params.component import typed_params


def print_preview(world: World, words: Sequence[str]) -> None:
    """Print the YAML of a component of this prototype, with secrets masked; no app is needed."""
    catalogue = world.catalogue_anywhere()
    asked = read_generate_words(words, catalogue.find, names=1)
    if asked.help:
        data(usage_text(PREVIEW, catalogue.find(asked.prototype) if asked.prototype else None))
        return
    if not asked.prototype:
        raise UsageError("'preview' takes a PROTOTYPE", hint="'dlctl prototype list' shows the prototypes")
    from dlctl.workflow.preview import preview
    from dlctl.workflow.render import redactor_of
    from dlctl.yamlio.dump import dump_documents

    prototype = catalogue.find(asked.prototype)
    rendering = preview(
        catalogue,
        prototype,
        typed_params(prototype, asked.params, values_file(world.cwd, asked)),
        name=asked.options.get("name", ""),
        namespace=asked.options.get("namespace", ""),
    )
    redactor = redactor_of(rendering)
    data(dump_documents([redactor.mask_manifest(manifest.body) for manifest in rendering.manifests]))
