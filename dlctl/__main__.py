"""`python -m dlctl` is the `dlctl` command."""

from dlctl.cli.main import run

if __name__ == "__main__":
    run()
