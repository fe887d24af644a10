"""Which options are suggested for one that does not exist."""

from collections.abc import Iterable
from difflib import SequenceMatcher

import click

_DANGEROUS = frozenset(
    {
        "--adopt",
        "--allow-crd-downgrade",
        "--force-conflicts",
        "--prune-all",
        "--prune-protected",
        "--replace",
        "--reveal-secrets",
        "--yes",
    }
)
_PREFIX = "--dangerously-"
_MISSPELT = 0.8
"""How similar a word must be to a dangerous option, to be that option misspelt."""


def with_harmless_suggestions(error: click.ClickException) -> click.ClickException:
    """The error without suggestions of dangerous options, unless the word is one of them misspelt."""
    if not isinstance(error, click.NoSuchOption) or not error.possibilities:
        return error
    near = _near(error.option_name, error.possibilities)
    kept = list(_harmless(error.option_name, near))
    return click.NoSuchOption(error.option_name, possibilities=kept, ctx=error.ctx)


def _near(word: str, options: Iterable[str]) -> Iterable[str]:
    """The options that are no farther from the word than names that are suggested elsewhere."""
    from dlctl.suggest import nearest

    return (option for option in options if nearest(word, [option]))


def _harmless(word: str, options: Iterable[str]) -> Iterable[str]:
    for option in options:
        dangerous = option in _DANGEROUS or option.startswith(_PREFIX)
        if not dangerous or SequenceMatcher(None, word, option).ratio() >= _MISSPELT:
            yield option
