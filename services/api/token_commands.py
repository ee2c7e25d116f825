"""`qingkong tokens add | list | revoke`: what machines sign in with."""

from datetime import timedelta
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from schemas.access import Token
from services.api.command_edge import (
    Actor,
    AsJson,
    DatabaseUrl,
    Plants,
    Region,
    asked,
    audit,
    echo,
    known_account,
    said,
    scope_said,
)
from services.api.granting import LONGEST, TokenWish, make_token, take_token, token_by_id
from services.api.permissions import Permission
from services.runtime.clock import utc_now
from services.runtime.options import stop
from services.store.tokens import read_tokens

app = typer.Typer(
    no_args_is_help=True,
    help="Tokens 令牌: what machines sign in with; each is an account's and gives no more than it. "
    "Example: qingkong tokens add duty --name dashboard --permission read_status",
)


@app.command()
def add(  # noqa: PLR0913, PLR0917 - typer: options are arguments
    account: Annotated[str, typer.Argument(help="Whose it is 账号.")],
    name: Annotated[str, typer.Option(help="What it is for: dashboard, nightly-export.")],
    days: Annotated[
        int, typer.Option(min=1, max=LONGEST.days, help="So long it lasts 有效天数.")
    ] = 90,
    permission: Annotated[
        list[Permission] | None,
        typer.Option(
            help="Only this 权限; several times for several; default: all of the account."
        ),
    ] = None,
    region: Region = None,
    plant: Plants = None,
    actor: Actor = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Make a token; its secret is printed once, alone on standard output.

    Example: qingkong tokens add duty --name export --permission export --days 30 > token.txt
    """
    with asked(database_url) as connection:
        holder = known_account(connection, account)
        narrowed = frozenset(permission) if permission else None
        scope = scope_said(connection, region, plant)
        wish = TokenWish(name, timedelta(days=days), narrowed, scope)
        made = make_token(connection, holder, wish, utc_now())
        about = ("token.add", f"token/{made.token.id}")
        audit(connection, actor, about, {"account": holder.name, **_told(made.token)})
    typer.echo(f"token {made.token.id} of {holder.name}; its secret, shown only now:", err=True)
    typer.echo(made.secret)


@app.command("list")
def list_(
    account: Annotated[str | None, typer.Option(help="Only of this account 账号.")] = None,
    as_json: AsJson = False,  # noqa: FBT002 - typer: flags are booleans
    database_url: DatabaseUrl = None,
) -> None:
    """List the tokens; never their secrets.

    Example: qingkong tokens list --account duty
    """
    with asked(database_url) as connection:
        holder = None if account is None else known_account(connection, account).id
        found = read_tokens(connection, holder)
    if as_json:
        echo([_told(one) for one in found])
        return
    if not found:
        typer.echo("No tokens 无令牌: `qingkong tokens add --help`.", err=True)
        return
    heads = ("token", "account 账号", "name 名称", "begins", "until 至", "used 使用", "")
    table = Table(*heads, box=box.SIMPLE_HEAD)
    for one in found:
        words = (str(one.id), one.account_name, one.name, f"{one.beginning}…")
        over = "revoked 已撤销" if one.revoked_at else ""
        over = over or ("over 已过期" if one.expires_at <= utc_now() else "")
        table.add_row(*map(Text, (*words, said(one.expires_at), said(one.used_at), over)))
    Console().print(table)


@app.command()
def revoke(
    token: Annotated[int, typer.Argument(help="Its number 令牌编号.")],
    actor: Actor = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Revoke a token: the next request with it is refused.

    Example: qingkong tokens revoke 3
    """
    with asked(database_url) as connection:
        found = token_by_id(connection, token)
        if not take_token(connection, token, utc_now()):
            stop(f"token {token} was revoked already 已撤销")
        audit(
            connection, actor, ("token.revoke", f"token/{token}"), {"account": found.account_name}
        )
    typer.echo(f"token {token} of {found.account_name} is revoked 已撤销.")


def _told(one: Token) -> dict[str, object]:
    return {
        "token": one.id,
        "account": one.account_name,
        "name": one.name,
        "beginning": one.beginning,
        "permissions": None if one.permissions is None else sorted(one.permissions),
        "made_at": one.made_at.isoformat(),
        "expires_at": one.expires_at.isoformat(),
        "revoked_at": None if one.revoked_at is None else one.revoked_at.isoformat(),
        "used_at": None if one.used_at is None else one.used_at.isoformat(),
    }
