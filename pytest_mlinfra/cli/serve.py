"""`mlinfra serve`: a fleet of fake model servers on the real clock."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from dataclasses import replace
from pathlib import Path

import click
import msgspec

from pytest_mlinfra.cli.main import ExitCode
from pytest_mlinfra.errors import UsageError
from pytest_mlinfra.fleet.standalone.config import NAME, FleetConfig
from pytest_mlinfra.fleet.standalone.ports import is_loopback
from pytest_mlinfra.fleet.standalone.reading import read_fleet
from pytest_mlinfra.fleet.standalone.reporters import (
    JsonReporter,
    PersonReporter,
    UrlReporter,
    Write,
)
from pytest_mlinfra.fleet.standalone.serving import Listener, serve


def _name(_context: click.Context, _parameter: click.Parameter, name: str | None) -> str | None:
    if name is not None and not re.fullmatch(NAME, name):
        raise click.BadParameter("only letters, digits, dots, dashes and underscores")
    return name


@click.command("serve")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--validate", is_flag=True, help="Only check FILE; open nothing.")
@click.option("--port", type=click.IntRange(0, 65535), help="The shared port, 0 for a free one.")
@click.option("--host", help="The address to listen at, 127.0.0.1 if FILE says nothing else.")
@click.option("--expose", is_flag=True, help="Allow an address that other machines can reach.")
@click.option("--name", callback=_name, help="What `mlinfra fleet` calls it; else FILE's name.")
@click.option("--admin-port", type=click.IntRange(0, 65535), help="Admin API at a port.")
@click.option("--grace", type=click.FloatRange(0, 3600), help="Seconds to finish in when stopped.")
@click.option("--quiet", is_flag=True, help="No line for each request.")
@click.option("--print-urls", is_flag=True, help="Print only names and URLs when ready.")
@click.option("--json", "as_json", is_flag=True, help="Print events as JSON, one a line.")
def command(  # noqa: PLR0913 - an option each
    file: Path,
    *,
    validate: bool,
    expose: bool,
    quiet: bool,
    print_urls: bool,
    as_json: bool,
    admin_port: int | None,
    **changed: object,
) -> int:
    """Serve the fake models that FILE describes, until Ctrl+C.

    docs/serve.md says what may stand in FILE.
    """
    config = read_fleet(file)
    if admin_port is not None:
        changed["admin"] = msgspec.structs.replace(config.fleet.admin, port=admin_port)
    given = {name: value for name, value in changed.items() if value is not None}
    config = replace(config, fleet=msgspec.structs.replace(config.fleet, **given))
    _check_host(config, expose)
    if validate:
        count = len(config.models)
        click.echo(f"{file}: {count} model{'' if count == 1 else 's'}, nothing wrong")
        return ExitCode.OK
    kind = JsonReporter if as_json else UrlReporter if print_urls else PersonReporter
    listener: Listener = kind(_writer(), quiet=quiet)
    cut_off = asyncio.run(serve(config, listener))
    return ExitCode.FALLS_SHORT if cut_off else ExitCode.OK


def _check_host(config: FleetConfig, expose: bool) -> None:
    """Let nobody be reached from outside who does not mean to be.

    Raises:
        UsageError: the address is reachable, and that was not asked for.
    """
    host = config.fleet.host
    if is_loopback(host):
        return
    if not expose:
        raise UsageError(
            f"other machines can reach {host!r}; serve at 127.0.0.1, or add --expose if you mean it"
        )
    click.echo(f"Warning: whoever can reach {host} can talk to this fleet", err=True)


def _writer() -> Write:
    """Writes lines to standard output until nobody reads them any more."""
    is_read = True

    def write(line: str) -> None:
        nonlocal is_read
        if not is_read:
            return
        try:
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()
        except BrokenPipeError:
            is_read = False
            # What is left in the buffer would raise once more when Python ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    return write
