"""Run the command tree, and turn every result and error into an exit code."""

import contextlib
import errno
import os
import sys
from pathlib import Path
from typing import Annotated

import click
import typer

from dlctl import __version__
from dlctl.cli.commands.table import LazyGroup
from dlctl.cli.exit_codes import INTERRUPTED
from dlctl.cli.output.errors import report_failure
from dlctl.cli.output.streams import data, drop_stdout, not_written, write_log
from dlctl.cli.runtime import read_runtime
from dlctl.errors import DlctlError

PASS_THROUGH = ("sandbox", "kubectl")
"""Arguments after these are passed to another program unchanged."""

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
    ctx.obj = read_runtime(directory)


def invoke(words: list[str]) -> int:
    """Run one command line; never raises."""
    try:
        command = typer.main.get_command(app)
        if question := os.environ.get("_DLCTL_COMPLETE"):
            from dlctl.cli.completion.scripts import answer

            return answer(command, question)
        result = command.main(args=_dir_first(words), prog_name="dlctl", standalone_mode=False)
        if sys.stdout is not None:
            sys.stdout.flush()
    except DlctlError as error:
        report_failure(error)
        return error.exit_code
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        with contextlib.suppress(OSError):
            error.show()
        return error.exit_code
    except (KeyboardInterrupt, click.Abort) as stop:
        if isinstance(stop.__context__, EOFError):  # click turns it into Abort
            report_failure(_damaged_bytecode())
            return 1
        write_log("Interrupted\n")
        return INTERRUPTED
    except BrokenPipeError:
        return _closed_stdout()
    except OSError as error:
        report_failure(_system_error(error))
        return 1
    return result if isinstance(result, int) else 0


def _dir_first(words: list[str]) -> list[str]:
    """Move `--dir` to the front: users may write it anywhere before `--`, as in ksonnet."""
    end = words.index("--") if "--" in words else len(words)
    for index in range(end):
        if tuple(words[index : index + 2]) == PASS_THROUGH:
            break
        if words[index] == "--dir" and index + 1 < end:
            return ["--dir", words[index + 1], *words[:index], *words[index + 2 :]]
        if words[index].startswith("--dir="):
            return [words[index], *words[:index], *words[index + 1 :]]
    return words


def _closed_stdout() -> int:
    """The reader, such as `head`, has closed the pipe: end silently, like other Unix tools."""
    drop_stdout()
    return 1


def _damaged_bytecode() -> DlctlError:
    """The error for truncated bytecode, which Python may write to a full disk."""
    return DlctlError(
        "cannot load a module of dlctl: its bytecode is damaged",
        hint=f"remove the __pycache__ folders below {Path(__file__).parents[1]}",
    )


def _system_error(error: OSError) -> DlctlError:
    if error.errno == errno.ENOSPC and not error.filename:  # written by click, such as help
        return not_written(error)
    place = f"{error.filename}: " if error.filename else ""
    return DlctlError(
        f"{place}{error.strerror or error}", hint="check that the path exists, and its permissions"
    )
