"""What commands share: a time as written, the database that is meant, a sentence that ends them.

It must not know any command.
"""

from datetime import datetime
from typing import NoReturn

import typer

from schemas.registry_words import beijing_time
from services.runtime.settings import read_settings


def time_said(option: str, text: str) -> datetime:
    """A time in Beijing time unless it names its offset; raises typer.BadParameter."""
    try:
        found = beijing_time(text)
    except ValueError as error:
        raise typer.BadParameter(f"{option} {text}: {error}") from None
    if not isinstance(found, datetime):
        raise typer.BadParameter(f"{option} {text}: write 2025-03-01")
    return found


def database_of(given: str | None) -> str:
    """The option, else the setting; raises typer.BadParameter where there is neither."""
    secret = read_settings().database_url
    url = given or (secret.get_secret_value() if secret else None)
    if not url:
        raise typer.BadParameter("no database: set QINGKONG_DATABASE_URL or give --database-url")
    return url


def stop(*sentences: str) -> NoReturn:
    """Say what is wrong, a line each, and end with 1."""
    for sentence in sentences:
        typer.echo(sentence, err=True)
    raise typer.Exit(1)
