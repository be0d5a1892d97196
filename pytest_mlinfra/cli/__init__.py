"""The command `mlinfra`: one file per subcommand."""

from pytest_mlinfra.cli.main import main

__all__ = ["main"]
