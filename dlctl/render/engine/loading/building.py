"""Check and compile a template's text."""

from collections.abc import Callable, Sequence
from types import CodeType
from typing import Any

from jinja2 import Template, TemplateSyntaxError, nodes

from dlctl.errors import Location, RenderError, joined
from dlctl.render.engine.language.compiler import compile_template
from dlctl.render.engine.loading.check import Nodes, check, references
from dlctl.render.engine.loading.compiled import Compiled
from dlctl.render.engine.loading.environment import TemplateEnvironment
from dlctl.render.engine.model import Reference
from dlctl.render.engine.skeleton.positions import Chunk

Parse = Callable[[], nodes.Template]
_CLOSING = {"{{": "}}", "{%": "%}"}


def build(text: str, shown: str, is_text: bool, environment: TemplateEnvironment) -> Compiled:
    """A checked and compiled template. Raises RenderError with all problems."""
    return build_parsed(lambda: environment.parse(text, shown, shown), text, shown, is_text, environment)


def build_parsed(
    parse: Parse, text: str, shown: str, is_text: bool, environment: TemplateEnvironment, key: str = ""
) -> Compiled:
    """The same with a custom `parse`, which is called only if the code is not in the cache.

    The cache key is `key`, else the file's name.
    """
    code = _kept(lambda: _code(parse, text, shown, is_text, environment), text, key or shown, environment)
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


def _code(parse: Parse, text: str, shown: str, is_text: bool, environment: TemplateEnvironment) -> CodeType:
    try:
        tree = parse()
        found = Nodes(tree)
        problems = check(found, environment, shown, is_text)
        if problems:
            raise wrong_templates(problems)
        return compile_template(environment.compiler_for(shown), tree, references(found, shown))
    except TemplateSyntaxError as error:
        raise _syntax_error(error, text, shown) from error
    except (SyntaxError, RecursionError, MemoryError) as error:
        raise _too_deep(shown) from error


def _syntax_error(error: TemplateSyntaxError, text: str, shown: str) -> RenderError:
    """The error for a Jinja2 syntax error, at the line of the expression that it is in."""
    hint, line = None, error.lineno or 1
    if opened := _unclosed(text, line):
        sign, line = opened
        hint = f"'{sign}' is not closed with '{_CLOSING[sign]}'"
    if "Encountered unknown tag" in (error.message or ""):
        hint = "known tags: if, for, set, with, include, raw"
    return RenderError(f"invalid template: {error.message}", location=Location(shown, line), hint=hint)


def _unclosed(text: str, line: int) -> tuple[str, int] | None:
    """The last sign before this line that opens an expression or a tag, and its line, if none closes it.

    The parser reads on, and finds the mistake only in a later line.
    """
    before = sum(len(each) for each in text.splitlines(keepends=True)[: line - 1])
    sign, start = max(((sign, text.rfind(sign, 0, before)) for sign in _CLOSING), key=lambda each: each[1])
    if start < 0:
        return None
    rest = text[start + len(sign) :]
    following = min((at for each in _CLOSING if (at := rest.find(each)) >= 0), default=len(rest))
    if _CLOSING[sign] in rest[:following]:
        return None
    return sign, text.count("\n", 0, start) + 1


def _too_deep(shown: str) -> RenderError:
    return RenderError("nested too deeply to compile", location=Location(shown, 1))


def wrong_templates(problems: Sequence[RenderError]) -> RenderError:
    """One error for all problems of templates; a single problem is returned as it is."""
    return joined(problems, RenderError, f"{len(problems)} problems in the templates")
