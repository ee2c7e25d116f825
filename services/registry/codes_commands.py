"""`qingkong codes`: which code stands for what, and which command lands where.

The commands come from whoever receives them: they are handed in.
"""

import sys
from collections.abc import Callable, Iterable
from typing import Annotated

import typer
from rich.console import Console

from services.cases.registering.codes import (
    ListedCommand,
    Medium,
    found_codes,
    found_commands,
    listed_codes,
)
from services.registry.codes_text import (
    as_objects,
    codes_fields,
    codes_table,
    commands_fields,
    commands_table,
    separated,
)


def codes_command(known: Iterable[ListedCommand]) -> Callable[..., None]:
    """The command, with the HJ 212 commands that are known."""

    def codes(
        text: Annotated[
            str | None,
            typer.Argument(
                help="The beginning of a code, new or old, or part of a name: "
                "a21026, 02, 二氧化硫, sulfur."
            ),
        ] = None,
        *,
        medium: Annotated[
            Medium | None,
            typer.Option(help="air 气, water 水, noise 噪声, process 工况, info 设备信息."),
        ] = None,
        commands: Annotated[
            bool,
            typer.Option("--commands", help="Commands (CN 命令编码) and the table each lands in."),
        ] = False,
        as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
        as_csv: Annotated[bool, typer.Option("--csv", help="For spreadsheets.")] = False,
    ) -> None:
        """List the codes of HJ 212-2017 with the old ones of 2005, names, units and sources.

        What is in use but not confirmed by a text of the standard is marked unverified 未核实.
        On a pipe the fields stand apart by tabs.
        """
        if commands:
            listed = found_commands(known, text)
            rows, table = commands_fields(listed), commands_table(listed)
        else:
            found = found_codes(listed_codes(), text, medium)
            rows, table = codes_fields(found), codes_table(found)
        if as_json:
            typer.echo(as_objects(rows))
        elif as_csv or not sys.stdout.isatty():
            typer.echo(separated(rows, "," if as_csv else "\t"), nl=False)
        elif rows:
            Console().print(table)
        if not rows:
            typer.echo("nothing found: try a part of the name, or leave --medium out", err=True)
            raise typer.Exit(1)

    return codes
