"""What commands share: a time as written, the database that is meant, a sentence that ends them.

It must not know any command.
"""

from datetime import datetime
from typing import NoReturn

import typer

from schemas.registry_words import beijing_time
from services.runtime.settings import read_settings

NO_DATABASE = "no database 未指定数据库: run `qingkong embedded up` or set QINGKONG_DATABASE_URL"
NOT_SET_UP = 2
"""How a command ends that was called wrongly or has nothing to work on; 1 is for what was found wrong."""


def time_said(option: str, text: str) -> datetime:
    """A time in Beijing time unless it names its offset; raises typer.BadParameter."""
    try:
        found = beijing_time(text)
    except ValueError as error:
        raise typer.BadParameter(f"{option} {text}: {error}") from None
    if not isinstance(found, datetime):
        raise typer.BadParameter(f"{option} {text}: write 2025-03-01")
    return found


def database_of(given: str | None = None) -> str:
    """The option, else the setting; where there is neither the command ends with 2."""
    secret = read_settings().database_url
    url = given or (secret.get_secret_value() if secret else None)
    if not url:
        stop(NO_DATABASE, code=NOT_SET_UP)
    return url


def stop(*sentences: str, code: int = 1) -> NoReturn:
    """Say what is wrong, a line each, and end with 1 or the code given."""
    for sentence in sentences:
        typer.echo(sentence, err=True)
    raise typer.Exit(code)
