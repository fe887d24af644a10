"""The option -l: a label selector, with the syntax of kubectl."""

from dlctl.errors import UsageError


def check_selector(text: str) -> None:
    """Raise UsageError unless the text is a label selector; the empty one selects everything."""
    from dlctl.nodes.labelling.selector import parse_selector

    try:
        parse_selector(text)
    except ValueError as error:
        raise UsageError(
            f"-l: {error}", hint="such as -l 'pool=a100', -l 'zone in (a,b)' or -l '!spot,pool!=a100'"
        ) from error
