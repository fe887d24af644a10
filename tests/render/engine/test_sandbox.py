"""What templates must not reach: Python's inside, files, the environment, the network."""

import pytest

from dlctl.errors import RenderError
from tests.render.engine.conftest import Workbench

ATTEMPTS = [
    "''.__class__",
    "''['__class__']",
    "''.__class__.__mro__[1].__subclasses__()",
    "[].__class__",
    "params.__class__",
    "params['__class__']",
    "params.pop('a')",
    "params.update({})",
    "params.get('a')",
    "params.keys",
    "[].append(1)",
    "(1).__add__(1)",
    "range.__globals__",
    "range.function",
    "fragment.function.__globals__",
    "fragment.__call__",
    "text.function",
    "namespace.__init__.__globals__",
    "namespace(x=1).__class__",
    "namespace(x=1)._Namespace__attrs",
    "self",
    "self._TemplateReference__context",
    "context",
    "environment.__class__",
    "environment.getattr",
    "loop",
    "caller()",
    "varargs",
    "lipsum()",
    "cycler('a')",
    "joiner()",
    "dict(a=1)",
    "'{0.__class__}'.format('x')",
    "'{0.__class__}'.format_map({})",
    "'%s' % 'x'",
    "'%s' | format('x')",
    "'x' | attr('__class__')",
    "['x'] | map(attribute='__class__')",
    "['x'] | map('attr', '__class__')",
    "['x'] | map('loop over')",
    "params | attr('keys')",
    "''.join(['a'])",
    "''.encode()",
    "''.translate({})",
    "'x'.upper.__self__",
    "'x'.upper.__func__",
    "'x'.split.__call__()",
    "''.startswith.__doc__",
    "(1).real",
    "1.5.hex()",
    "none.__class__",
    "true.__class__",
    "text('../outside.txt.j2')",
    "text('/etc/passwd')",
    "fragment('../templates/a')",
    "open('/etc/passwd')",
    "__import__('os')",
    "environ",
    "undefined",
    "missing",
    "chunks",
    "resolve('params')",
    "l_0_params",
]


@pytest.mark.parametrize("expression", ATTEMPTS)
def test_an_expression_reaches_nothing_but_its_scope(bench: Workbench, expression: str) -> None:
    (bench.root / "outside.txt.j2").write_text("outside")
    for text in (f"a: {{{{ {expression} }}}}\n", f"{{% set x = {expression} %}}\na: {{{{ x }}}}\n"):
        with pytest.raises(RenderError):
            bench.rendered(text, a=1)


STATEMENTS = [
    "{% include '../outside.txt.j2' %}",
    "{% include '/etc/passwd' %}",
    "{% set p = '/etc/passwd' %}{% include p %}",
    "{% set p = ['/etc/passwd'] %}{% include p %}",
    "{% include params.missing %}",
    "{% include params %}",
    "{% for x in [1] %}{{ loop.__init__ }}{% endfor %}",
    "{% for x in [1] %}{{ loop._iterable }}{% endfor %}",
    "{% for x in [1] %}{{ loop([1]) }}{% endfor %}",
    "{% for x in [1] %}{{ loop }}{% endfor %}",
    "{% for x in [1] %}{{ loop.cycle }}{% endfor %}",
    "{% for x in [1] %}{{ loop.previtem }}{% endfor %}",
    "{% set ns = namespace() %}{% set ns.__class__ = 1 %}{{ ns.__class__ }}",
    "{% set params.a = 2 %}",
    "{% set loop = 1 %}{% for x in [1] %}{% set loop = 2 %}{% endfor %}{{ undefined_name }}",
    "{% autoescape true %}{% endautoescape %}",
    "{% debug %}",
    "{% trans %}{% endtrans %}",
]


@pytest.mark.parametrize("text", STATEMENTS)
def test_a_statement_reaches_nothing_but_its_scope(bench: Workbench, text: str) -> None:
    (bench.root / "outside.txt.j2").write_text("outside")
    with pytest.raises(RenderError):
        bench.rendered(text + "\n", a=1)


def test_loops_offer_what_is_listed(bench: Workbench) -> None:
    listed = "[loop.cycle('a', 'b'), loop.changed(x), loop.revindex]"
    text = f"{{% for x in [1, 1, 2] %}}\n- {{{{ {listed} }}}}\n{{% endfor %}}\n"
    assert bench.value(text) == [["a", True, 3], ["b", False, 2], ["a", True, 1]]
