"""``python -m pytest_mlinfra.cli``, which the make targets call."""

from pytest_mlinfra.cli.main import main

main()
