"""`mlinfra fleet`: look at a running fleet, break its models, heal them."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import msgspec
from click.shell_completion import CompletionItem

from pytest_mlinfra.cli.common import json_option, terminal_width
from pytest_mlinfra.errors import MlinfraError
from pytest_mlinfra.fleet.standalone.about import FaultTable, FleetAbout
from pytest_mlinfra.fleet.standalone.address import running_fleet
from pytest_mlinfra.fleet.standalone.client import FleetClient
from pytest_mlinfra.fleet.standalone.status import render_fault, render_status
from pytest_mlinfra.fleet.timeline import UNICODE, characters_for


@contextmanager
def _asked() -> Iterator[FleetClient]:
    """The fleet that the command line means."""
    options = click.get_current_context().find_object(dict) or {}
    with FleetClient(running_fleet(options.get("fleet"))) as client:
        yield client


def _complete_model(
    _context: click.Context, _parameter: click.Parameter, text: str
) -> list[CompletionItem]:
    try:
        with FleetClient(running_fleet(None)) as client:
            models = client.about().models
    except MlinfraError:
        return []
    return [CompletionItem(each.name) for each in models if each.name.startswith(text)]


_model = click.argument("model", shell_complete=_complete_model)
_of_model = click.option("--model", shell_complete=_complete_model, help="Only of one model.")
_last = click.option("--last", type=click.IntRange(1), help="How many of the last requests.")


@click.group("fleet", invoke_without_command=True)
@click.option("--fleet", "name", help="Which one, if several are running.")
@json_option
@click.pass_context
def command(context: click.Context, name: str | None, *, as_json: bool) -> None:
    """Show a running fleet; break its models and heal them.

    Start one with: mlinfra serve fleet.toml
    """
    context.obj = {"fleet": name}
    if context.invoked_subcommand is None:
        with _asked() as fleet:
            _show(fleet.about(), as_json=as_json)


@command.command("break")
@_model
@click.argument("kind")
@click.argument("fields", metavar="[KEY=VALUE]...", nargs=-1)
@click.option("--instead", is_flag=True, help="In the place of all faults that MODEL has.")
def break_(model: str, kind: str, fields: tuple[str, ...], *, instead: bool) -> None:
    """Let a fault befall MODEL, besides those that it has.

    For instance: mlinfra fleet break resnet latency seconds=2 path=/predict
    """
    fault = {"kind": kind, **dict(map(_field, fields))}
    with _asked() as fleet:
        faults = fleet.replace_faults(model, [fault]) if instead else fleet.add_fault(model, fault)
        _show_faults(model, faults)


@command.command("heal")
@click.argument("model", required=False, shell_complete=_complete_model)
@click.argument("fault", required=False)
def heal(model: str | None, fault: str | None) -> None:
    """Heal MODEL of all faults, or of FAULT: its kind or its number. Without MODEL, heal all."""
    with _asked() as fleet:
        if model is None:
            _show(fleet.heal())
            return
        number = int(fault) if fault and fault.isdecimal() else None
        kind = fault if number is None else None
        _show_faults(model, fleet.remove_faults(model, kind=kind, number=number))


@command.command("journal")
@_of_model
@_last
@click.option("--follow", "-f", is_flag=True, help="Go on with each further request, as JSON.")
@click.option("--clear", is_flag=True, help="Forget all requests that have ended.")
@json_option
def journal(
    model: str | None, last: int | None, *, follow: bool, clear: bool, as_json: bool
) -> None:
    """Show the last requests."""
    with _asked() as fleet:
        if clear:
            fleet.clear_journal()
        elif follow:
            for line in fleet.follow(model=model):
                click.echo(line)
        else:
            form = "json" if as_json else "text"
            click.echo(fleet.journal(form, model=model, last=last).rstrip("\n"))


@command.command("timeline")
@_of_model
@_last
@click.option("--svg", type=click.Path(path_type=Path, dir_okay=False), help="Write a picture.")
def timeline(model: str | None, last: int | None, svg: Path | None) -> None:
    """Draw the last requests as bars over time."""
    with _asked() as fleet:
        if svg is not None:
            svg.write_text(fleet.timeline("svg", model=model, last=last), encoding="utf-8")
            return
        plain = characters_for(sys.stdout.encoding) is not UNICODE
        picture = fleet.timeline(
            model=model, last=last, width=terminal_width(), ascii="yes" if plain else "no"
        )
        click.echo(picture, nl=False)


@command.command("stop")
def stop() -> None:
    """Stop the fleet; requests in flight may finish."""
    with _asked() as fleet:
        fleet.stop()
        click.echo("Stopping")


def _field(text: str) -> tuple[str, Any]:
    """``seconds=0.5`` as a key and a value of TOML; what is none is a text."""
    key, equals, value = text.partition("=")
    if not equals:
        raise click.BadParameter(f"expected KEY=VALUE, for instance seconds=0.5, not {text!r}")
    try:
        return key, tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        return key, value


def _show(about: FleetAbout, *, as_json: bool = False) -> None:
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(about), indent=2))
    else:
        click.echo(render_status(about))


def _show_faults(model: str, faults: list[FaultTable]) -> None:
    if not faults:
        click.echo(f"{model}: nothing is wrong with it")
    for number, fault in enumerate(faults, start=1):
        click.echo(f"{model}  {number}. {render_fault(fault)}")
