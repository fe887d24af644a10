"""From a template's text to something that runs, or to the list of what is wrong with it."""

from typing import Any

from jinja2 import Template, TemplateSyntaxError, nodes

from dlctl.errors import Location, RenderError
from dlctl.render.engine.check import Nodes, check, references
from dlctl.render.engine.compiled import Compiled
from dlctl.render.engine.compiler import compile_template
from dlctl.render.engine.environment import TemplateEnvironment
from dlctl.render.engine.faults import syntax_problem


def build(text: str, shown: str, is_text: bool, environment: TemplateEnvironment) -> Compiled:
    """A checked and compiled template; RenderError with all problems where there are any."""
    try:
        tree = environment.parse(text, shown, shown)
    except TemplateSyntaxError as error:
        raise syntax_problem(error, shown) from error
    except RecursionError as error:
        raise _too_deep(shown) from error
    return build_tree(tree, shown, is_text, environment)


def build_tree(tree: nodes.Template, shown: str, is_text: bool, environment: TemplateEnvironment) -> Compiled:
    """The same from a parsed template."""
    try:
        found = Nodes(tree)
        problems = check(found, environment, shown, is_text)
        if problems:
            raise summary(problems)
        named = tuple(references(found, shown))
        code, chunks = compile_template(environment.compiler_for(shown), tree)
    except TemplateSyntaxError as error:
        raise syntax_problem(error, shown) from error
    except (SyntaxError, RecursionError, MemoryError) as error:
        raise _too_deep(shown) from error
    module: dict[str, Any] = {"environment": environment, "__file__": shown, "chunks": chunks}
    exec(code, module)
    template = Template.from_module_dict(environment, module, {})
    return Compiled(shown, is_text, environment, template, named)


def _too_deep(shown: str) -> RenderError:
    return RenderError("the template is nested too deeply to be compiled", location=Location(shown, 1))


def summary(problems: list[RenderError]) -> RenderError:
    """One error for several; the error itself where there is just one."""
    if len(problems) == 1:
        return problems[0]
    return RenderError(f"{len(problems)} problems in the templates", problems=problems)
