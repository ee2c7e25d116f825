"""`qingkong accounts add | list | change | disable | enable | password`: who may sign in, as what."""

from collections.abc import Mapping
from typing import Annotated, cast

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from schemas.access import Account, Role
from services.api.command_edge import (
    Actor,
    AsJson,
    DatabaseUrl,
    Plants,
    Region,
    asked,
    asked_password,
    audit,
    echo,
    known_account,
    said,
    scope_said,
)
from services.api.granting import alter_account, make_account, replace_password
from services.api.passwords import Passwords
from services.runtime.clock import utc_now
from services.runtime.options import stop
from services.store.accounts import AccountDraft, read_accounts
from services.store.places import plant_codes
from services.store.session import Session

app = typer.Typer(
    no_args_is_help=True,
    help="Accounts 账号: who may sign in to the API, and what each sees. "
    "Example: qingkong accounts add duty --role operator --region 1505",
)
Name = Annotated[str, typer.Argument(help="Its name, one word: duty, plant-P1.")]
RoleOption = Annotated[
    Role, typer.Option(help="operator 监管, plant 企业, auditor 审计, administrator 管理员.")
]
External = Annotated[
    str | None,
    typer.Option("--oidc", help="Who it is to the identity provider: the `sub` of its tokens."),
]


@app.command()
def add(  # noqa: PLR0913, PLR0917 - typer: options are arguments
    name: Name,
    role: RoleOption,
    region: Region = None,
    plant: Plants = None,
    oidc: External = None,
    no_password: Annotated[  # noqa: FBT002 - typer: flags are booleans
        bool, typer.Option("--no-password", help="It signs in by OIDC, or uses tokens, alone.")
    ] = False,
    actor: Actor = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Add an account; the password is asked for, or read as a line of standard input.

    Example: qingkong accounts add duty --role operator --region 1505

    Example: qingkong accounts add plant-P1 --role plant --plant P1 < password.txt
    """
    if role is Role.PLANT and not plant:
        raise typer.BadParameter("a plant's account names its plants: --plant P1 须指定企业")
    hashed = None if no_password else Passwords().hash(asked_password(name))
    with asked(database_url) as connection:
        draft = AccountDraft(name, role, scope_said(connection, region, plant), oidc, hashed)
        made = make_account(connection, draft, utc_now())
        audit(connection, actor, ("account.add", f"account/{made.name}"), _told(connection, made))
    typer.echo(f"account {made.name} ({role}) is kept 已建立.")


@app.command("list")
def list_(as_json: AsJson = False, database_url: DatabaseUrl = None) -> None:  # noqa: FBT002 - typer: flags are booleans
    """List the accounts; never their passwords.

    Example: qingkong accounts list
    """
    with asked(database_url) as connection:
        rows = [(one, _told(connection, one)) for one in read_accounts(connection)]
    if as_json:
        echo([{"name": one.name, **told} for one, told in rows])
        return
    if not rows:
        typer.echo("No accounts 无账号: `qingkong accounts add --help`.", err=True)
        return
    heads = ("name 名称", "role 角色", "region 行政区", "plants 企业", "changed 变更", "")
    table = Table(*heads, box=box.SIMPLE_HEAD)
    for one, told in rows:
        table.add_row(
            *map(Text, (one.name, one.role, one.scope.region or "all 全部")),
            Text(_plants(told)),
            Text(said(one.changed_at)),
            Text("disabled 停用" if one.disabled else ""),
        )
    Console().print(table)


@app.command()
def change(  # noqa: PLR0913, PLR0917 - typer: options are arguments
    name: Name,
    role: RoleOption,
    region: Region = None,
    plant: Plants = None,
    oidc: External = None,
    actor: Actor = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Give an account another role and scope, as written here; its sessions end.

    Example: qingkong accounts change duty --role operator --region 15
    """
    with asked(database_url) as connection:
        before = known_account(connection, name)
        scope = scope_said(connection, region, plant)
        wanted = before._replace(role=role, scope=scope, external=oidc or before.external)
        after = alter_account(connection, wanted, utc_now())
        detail = {"before": _told(connection, before), "after": _told(connection, after)}
        audit(connection, actor, ("account.change", f"account/{after.name}"), detail)
    typer.echo(f"account {after.name} is {role} 已变更.")


@app.command()
def disable(name: Name, actor: Actor = None, database_url: DatabaseUrl = None) -> None:
    """Let an account in no more: its sessions and tokens are over at once.

    Example: qingkong accounts disable duty
    """
    _able(name, actor, database_url, disabled=True)


@app.command()
def enable(name: Name, actor: Actor = None, database_url: DatabaseUrl = None) -> None:
    """Let a disabled account in again; its tokens hold again, its sessions do not.

    Example: qingkong accounts enable duty
    """
    _able(name, actor, database_url, disabled=False)


@app.command()
def password(name: Name, actor: Actor = None, database_url: DatabaseUrl = None) -> None:
    """Give an account a new password, asked for or read from standard input; its sessions end.

    Example: qingkong accounts password duty
    """
    hashed = Passwords().hash(asked_password(name))
    with asked(database_url) as connection:
        found = known_account(connection, name)
        replace_password(connection, found, hashed, utc_now())
        audit(connection, actor, ("account.password", f"account/{found.name}"), {})
    typer.echo(f"account {found.name} has a new password 密码已更新.")


def _able(name: str, actor: str | None, database_url: str | None, *, disabled: bool) -> None:
    verb = "disable" if disabled else "enable"
    with asked(database_url) as connection:
        found = known_account(connection, name)
        if found.disabled is disabled:
            stop(f"account {found.name} is {verb}d already 无需变更")
        alter_account(connection, found._replace(disabled=disabled), utc_now())
        audit(connection, actor, (f"account.{verb}", f"account/{found.name}"), {})
    typer.echo(f"account {found.name} is {verb}d 已{'停用' if disabled else '启用'}.")


def _plants(told: Mapping[str, object]) -> str:
    plants = told["plants"]
    return ", ".join(map(str, cast("list[str]", plants))) if plants is not None else "all 全部"


def _told(connection: Session, one: Account) -> dict[str, object]:
    plants = one.scope.plants
    return {
        "role": one.role.value,
        "region": one.scope.region,
        "plants": None if plants is None else plant_codes(connection, plants),
        "oidc": one.external,
        "password": one.has_password,
        "disabled": one.disabled,
    }
