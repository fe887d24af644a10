"""Run the command tree, and turn every result and error into an exit code."""

import contextlib
import os
import sys
from collections.abc import Sequence
from typing import Annotated

import click
import typer

from dlctl import __version__
from dlctl.cli.commands.table import LazyGroup
from dlctl.cli.exit_codes import COMPARING, FAILED_DIFF
from dlctl.cli.json_answer import JsonAnswer, answer_of, dir_first
from dlctl.cli.output.errors import Failed, report_failure
from dlctl.cli.output.explain import explanation
from dlctl.cli.output.streams import data, drop_stdout, write_log
from dlctl.cli.runtime import read_runtime
from dlctl.errors import DlctlError, Interrupted, UsageError

app = typer.Typer(
    cls=LazyGroup,
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        data(f"dlctl {__version__}\n")
        raise typer.Exit


@app.callback()
def _dlctl(
    ctx: typer.Context,
    directory: Annotated[
        str | None, typer.Option("--dir", metavar="PATH", help="Folder of the app; also DLCTL_DIR.")
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Package deep-learning workloads for Kubernetes.

    Start with 'dlctl init my-app', or inside an app with 'dlctl show ENV'.
    """
    ctx.obj = read_runtime(directory, ctx.find_object(JsonAnswer))


def invoke(words: list[str]) -> int:
    """Run one command line; never raises.

    If JSON or YAML was requested and the command fails without a document, its errors are written as one.
    """
    answer = answer_of(words)
    try:
        return _run(words, answer)
    except Failed as failure:
        return _answered(answer, failure.errors, failure.exit_code)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        shown = _safe(error, words)
        with contextlib.suppress(OSError):
            shown.show()
        return _answered(answer, [_of_click(shown)], shown.exit_code)
    except BrokenPipeError:
        return max(_closed_stdout(), _least_code(words))
    except (
        DlctlError,
        OSError,
        EOFError,
        KeyboardInterrupt,
        MemoryError,
        RuntimeError,
        ImportError,
    ) as error:
        explained = explanation(error)
        if explained is None:
            raise
        if isinstance(explained, Interrupted):
            write_log("Interrupted\n")
        else:
            report_failure(explained)
        return _answered(answer, [explained], max(explained.exit_code, _least_code(words)))


def _safe(error: click.ClickException, words: list[str]) -> click.ClickException:
    """The error without values, and without suggestions of options that do harm."""
    from dlctl.cli.arguments.suggested import with_harmless_suggestions
    from dlctl.cli.usage_error import without_values

    safe = with_harmless_suggestions(error)
    return without_values(safe, words) if isinstance(safe, click.UsageError) else safe


def _least_code(words: Sequence[str]) -> int:
    """The exit code of a failure: 2 for commands whose 1 says that there are differences."""
    own = dir_first(list(words))
    rest = own[2:] if own[:1] == ["--dir"] else own[1:] if own[:1] and own[0].startswith("--dir=") else own
    compares = rest[:1] == ["diff"] or (rest[:1] and rest[0] in COMPARING and rest[1:2] == ["diff"])
    return FAILED_DIFF if compares else 1


def _run(words: list[str], answer: JsonAnswer) -> int:
    command = typer.main.get_command(app)
    if question := os.environ.get("_DLCTL_COMPLETE"):
        from dlctl.cli.completion.scripts import answer as complete

        return complete(command, question)
    # Not command.main(): it converts interrupts and Exit to numbers, so errors would be lost.
    with command.make_context("dlctl", list(dir_first(words)), obj=answer) as ctx:
        result = command.invoke(ctx)
    if sys.stdout is not None:
        sys.stdout.flush()
    return result if isinstance(result, int) else 0


def _answered(answer: JsonAnswer, errors: Sequence[DlctlError], code: int) -> int:
    """The exit code of a failed command; with JSON or YAML output, its errors are written to stdout first."""
    if answer.wanted:
        from dlctl.cli.output.envelope import write_failure

        try:
            write_failure(answer, errors)
        except BrokenPipeError:
            drop_stdout()
        except DlctlError as unwritten:
            report_failure(unwritten)
    return code


def _of_click(error: click.ClickException) -> DlctlError:
    if not isinstance(error, click.UsageError):
        return DlctlError(error.format_message())
    path = error.ctx.command_path if error.ctx else "dlctl"
    return UsageError(error.format_message(), hint=f"'{path} --help' shows the usage")


def _closed_stdout() -> int:
    """The reader, such as `head`, has closed the pipe: end silently, like other Unix tools."""
    drop_stdout()
    return 1
