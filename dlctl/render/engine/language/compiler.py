"""Compile a checked template to Python code that writes tokens instead of text.

Jinja2's code generator is a documented extension point (`Environment.code_generator_class`). The
changes: an expression writes a token, each piece of text has its line, an include runs through the
render context, and an operation on a value of unknown size is counted first.
"""

from collections.abc import Iterable
from types import CodeType
from typing import Any

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame, operators

from dlctl.render.engine.model import Reference

LOOP_FILTER = "loop over"
"""The internal filter around the iterable of a `for`; a template cannot use a name with a space."""


class TokenCompiler(CodeGenerator):
    """Generates code for templates whose expressions write tokens."""

    write_expression = "context.token"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.chunks: list[tuple[str, int]] = []

    def write_commons(self) -> None:
        """The first lines of the code; an undefined name is created by the context, which knows all names."""
        super().write_commons()
        self.writeline("undefined = context.undefined")

    def visit_Output(self, node: nodes.Output, frame: Frame) -> None:  # noqa: N802
        """Text and expressions, each yielded on its own."""
        for child in node.nodes:
            if isinstance(child, nodes.TemplateData):
                self.writeline(f"yield chunks[{len(self.chunks)}]", child)
                self.chunks.append((child.data, child.lineno))
            else:
                first = _leftmost(child)
                self.writeline(f"yield {self.write_expression}({first.lineno}, ", first)
                self.visit(child, frame)
                self.write(")")

    def visit_Include(self, node: nodes.Include, frame: Frame) -> None:  # noqa: N802
        """The included template's pieces, through the context, which knows the folders."""
        self.writeline("yield from context.include(", node)
        self.visit(node.template, frame)
        variables = self.dump_local_context(frame) if node.with_context else "None"
        self.write(f", {variables}, {node.ignore_missing!r})")

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:  # noqa: N802
        """`a ~ b`: scalars joined to one string."""
        self.write("context.concatenate((")
        for part in node.nodes:
            self.visit(part, frame)
            self.write(", ")
        self.write("))")

    def visit_CondExpr(self, node: nodes.CondExpr, frame: Frame) -> None:  # noqa: N802
        """`a if b`; none without an `else`."""
        node.expr2 = node.expr2 or nodes.Const(None, lineno=node.lineno)
        super().visit_CondExpr(node, frame)

    def visit_Compare(self, node: nodes.Compare, frame: Frame) -> None:  # noqa: N802
        """A comparison; both sides are counted."""
        self.write("(")
        self._weighed(node.expr, frame)
        for operand in node.ops:
            self.visit(operand, frame)
        self.write(")")

    def visit_Operand(self, node: nodes.Operand, frame: Frame) -> None:  # noqa: N802
        """The operator and right side of a comparison."""
        self.write(f" {operators[node.op]} ")
        self._weighed(node.expr, frame)

    def visit_Getitem(self, node: nodes.Getitem, frame: Frame) -> None:  # noqa: N802
        """`a[b]`; a slice copies, so its source is counted."""
        if not isinstance(node.arg, nodes.Slice):
            super().visit_Getitem(node, frame)
            return
        self._weighed(node.node, frame)
        self.write("[")
        self.visit(node.arg, frame)
        self.write("]")

    def _weighed(self, node: nodes.Expr, frame: Frame) -> None:
        if isinstance(node, nodes.Const):
            self.visit(node, frame)
            return
        self.write("context.weighed(")
        self.visit(node, frame)
        self.write(")")


def _leftmost(node: nodes.Expr) -> nodes.Expr:
    """The leftmost part of an expression: the line of a filter or call is not that of its start."""
    while isinstance(node, nodes.Filter | nodes.Test | nodes.Call | nodes.Getattr | nodes.Getitem):
        if node.node is None:
            break
        node = node.node
    return node


class TextCompiler(TokenCompiler):
    """Generates code for text templates, whose expressions write text."""

    write_expression = "context.write"


def compile_template(
    generator: TokenCompiler, tree: nodes.Template, references: Iterable[Reference]
) -> CodeType:
    """The code of a parsed and checked template.

    In addition to Jinja2's code it defines `chunk_data`, the pieces of text with their lines, from which
    the caller creates `chunks`, and `references`, the other files that it uses, with their lines. Raises
    SyntaxError, RecursionError or MemoryError if the template is nested too deeply.
    """
    for loop in list(tree.find_all(nodes.For)):
        loop.iter = nodes.Filter(loop.iter, LOOP_FILTER, [], [], None, None, lineno=loop.iter.lineno)
    generator.visit(tree)
    source = generator.stream.getvalue()  # type: ignore[attr-defined]  # it is a StringIO when none is given
    named = tuple((one.kind, one.name, one.location.line) for one in references)
    source += f"\nchunk_data = {tuple(generator.chunks)!r}\nreferences = {named!r}\n"
    return compile(source, generator.filename or "<template>", "exec")
