"""Check and compile a template's text."""

from collections.abc import Callable
from types import CodeType
from typing import Any

from jinja2 import Template, TemplateSyntaxError, nodes

from dlctl.errors import Location, RenderError
from dlctl.render.engine.language.compiler import compile_template
from dlctl.render.engine.language.syntax_errors import syntax_problem
from dlctl.render.engine.loading.check import Nodes, check, references
from dlctl.render.engine.loading.compiled import Compiled
from dlctl.render.engine.loading.environment import TemplateEnvironment
from dlctl.render.engine.model import Reference
from dlctl.render.engine.skeleton.positions import Chunk

Parse = Callable[[], nodes.Template]


def build(text: str, shown: str, is_text: bool, environment: TemplateEnvironment) -> Compiled:
    """A checked and compiled template. Raises RenderError with all problems."""
    return build_parsed(lambda: environment.parse(text, shown, shown), text, shown, is_text, environment)


def build_parsed(
    parse: Parse, text: str, shown: str, is_text: bool, environment: TemplateEnvironment, key: str = ""
) -> Compiled:
    """The same with a custom `parse`, which is called only if the code is not in the cache.

    The cache key is `key`, else the file's name.
    """
    code = _kept(lambda: _code(parse, shown, is_text, environment), text, key or shown, environment)
    module: dict[str, Any] = {"environment": environment, "__file__": shown}
    exec(code, module)
    module["chunks"] = [Chunk.at(chunk, shown, line) for chunk, line in module["chunk_data"]]
    named = tuple(Reference(kind, name, Location(shown, line)) for kind, name, line in module["references"])
    template = Template.from_module_dict(environment, module, {})
    return Compiled(shown, is_text, environment, template, named)


def _kept(make: Callable[[], CodeType], text: str, key: str, environment: TemplateEnvironment) -> CodeType:
    cache = environment.bytecode_cache
    if cache is None:
        return make()
    bucket = cache.get_bucket(environment, key, None, text)
    if bucket.code is None:
        bucket.code = make()
        cache.set_bucket(bucket)
    return bucket.code


def _code(parse: Parse, shown: str, is_text: bool, environment: TemplateEnvironment) -> CodeType:
    try:
        tree = parse()
        found = Nodes(tree)
        problems = check(found, environment, shown, is_text)
        if problems:
            raise summary(problems)
        return compile_template(environment.compiler_for(shown), tree, references(found, shown))
    except TemplateSyntaxError as error:
        raise syntax_problem(error, shown) from error
    except (SyntaxError, RecursionError, MemoryError) as error:
        raise _too_deep(shown) from error


def _too_deep(shown: str) -> RenderError:
    return RenderError("nested too deeply to compile", location=Location(shown, 1))


def summary(problems: list[RenderError]) -> RenderError:
    """One error for several problems; a single problem is returned as it is."""
    if len(problems) == 1:
        return problems[0]
    return RenderError(f"{len(problems)} problems in the templates", problems=problems)
