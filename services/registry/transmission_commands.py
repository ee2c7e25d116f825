"""`qingkong transmission`: what devices were due to send, and what came, hour by hour or by day."""

import json
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

import typer
from rich.console import Console

from schemas.registry_words import BEIJING
from schemas.unknown_place import unknown_plant
from services.registry.transmission_tables import frames_table, series_table, transmission_json
from services.runtime.clock import utc_now
from services.runtime.options import database_of, stop, time_said
from services.runtime.settings import read_settings
from services.store.accounting import one_snapshot
from services.store.device_keys import mn_known
from services.store.mark_places import mark_places
from services.store.session import Session, StoreError, session
from services.store.transmission import series_counts
from services.store.transmission_frames import frame_counts
from services.store.transmission_span import Span

LONGEST = {"hour": timedelta(days=31), "day": timedelta(days=366)}
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
FIRST_YEAR = 2000


def transmission(  # noqa: PLR0913, PLR0917 - typer: options are arguments
    mn: Annotated[str | None, typer.Option(help="One MN.")] = None,
    plant: Annotated[
        str | None, typer.Option(help="The devices of one plant, by its code.")
    ] = None,
    day: Annotated[
        str | None, typer.Option(help="YYYY-MM-DD, Beijing's day; default: today so far.")
    ] = None,
    since: Annotated[
        str | None, typer.Option(help="2025-03-01 or 2025-03-01T08:00, Beijing time.")
    ] = None,
    until: Annotated[str | None, typer.Option(help="Likewise, exclusive; default: now.")] = None,
    by: Annotated[Literal["hour", "day"], typer.Option(help="One line an hour, or a day.")] = "day",
    each: Annotated[
        Literal["device", "outlet", "code"],
        typer.Option(help="One line a device, or each of its outlets, or each of its codes."),
    ] = "device",
    as_json: Annotated[  # noqa: FBT002 - typer: flags are booleans
        bool, typer.Option("--json", help="For programs.")
    ] = False,
    database_url: Annotated[
        str | None,
        typer.Option(
            envvar="QINGKONG_DATABASE_URL", help="postgresql://…; default: QINGKONG_DATABASE_URL."
        ),
    ] = None,
) -> None:
    """Count what devices were due to send, what came in time, late or never, and the rate.

    The transmission rate 传输率 is what arrived of what was due, whether valid or not: it is not
    the effectiveness 传输有效率. Due 应传 is counted from the registered intervals while the device
    was registered; in time 及时 and late 迟到 by the first arrival and the graces in
    QINGKONG_TRANSMISSION_GRACE_…, which are no legal values. Frames are counted when received.

    Example: qingkong transmission --plant P1 --since 2025-03-01 --until 2025-04-01
    """
    now = utc_now()
    if mn is not None and plant is not None:
        raise typer.BadParameter("give --mn or --plant, not both")
    first, last = _period(day, since, until, now)
    if last - first > LONGEST[by]:
        raise typer.BadParameter(
            f"by {by} at most {LONGEST[by].days} days at once: ask for a shorter time"
            + ("" if by == "day" else ", or --by day")
        )
    span = Span(first, last, now, mn, plant, by)
    settings = read_settings()
    with _asked(database_url) as connection, one_snapshot(connection):
        counts = series_counts(connection, span, settings.transmission_graces, each)
        frames = frame_counts(connection, span)
        if not (counts or frames):
            _check_known(connection, plant, mn)
    if as_json:
        typer.echo(json.dumps(transmission_json(counts, frames), ensure_ascii=False, indent=2))
        return
    if not (counts or frames):
        typer.echo(
            "Nothing was due and nothing came: look at --mn, --plant and the dates.", err=True
        )
        return
    console = Console()
    console.print(
        f"{first.astimezone(BEIJING):%Y-%m-%d %H:%M} – {last.astimezone(BEIJING):%Y-%m-%d %H:%M}"
    )
    console.print(series_table(counts, by))
    if frames:
        console.print(frames_table(frames, by))


def _check_known(connection: Session, plant: str | None, mn: str | None) -> None:
    """End the command where nothing is counted because there is no such plant or MN."""
    known = {} if plant is None else mark_places(connection).plants
    if plant is not None and plant not in known:
        stop(unknown_plant(plant, known))
    if mn is not None and not mn_known(connection, mn):
        stop(f"no device holds or held MN {mn} 未注册: see `qingkong devices`")


def _period(
    day: str | None, since: str | None, until: str | None, now: datetime
) -> tuple[datetime, datetime]:
    """Whole hours; raises typer.BadParameter, saying what to write instead."""
    if day is not None:
        if since is not None or until is not None:
            raise typer.BadParameter("give --day, or --since and --until, not both")
        first = _midnight(time_said("--day", day))
        return _checked(first, first + DAY, now)
    today = _midnight(now)
    first = today if since is None else _hour(time_said("--since", since))
    last = now if until is None else time_said("--until", until)
    if since is None and last <= first:
        raise typer.BadParameter("--until alone begins today: give --since too, or --day")
    return _checked(first, -(-(last - first) // HOUR) * HOUR + first, now)


def _checked(first: datetime, last: datetime, now: datetime) -> tuple[datetime, datetime]:
    if last <= first:
        raise typer.BadParameter(
            "the end must lie after the beginning: exchange --since and --until"
        )
    if first > now:
        raise typer.BadParameter("all of this lies ahead: nothing is due yet")
    if first.year < FIRST_YEAR:
        raise typer.BadParameter(f"nothing is kept from before {FIRST_YEAR}: give a later --since")
    return first, last


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def _midnight(at: datetime) -> datetime:
    local = at.astimezone(BEIJING)
    return local.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)


@contextmanager
def _asked(given: str | None) -> Generator[Session]:
    try:
        with session(database_of(given), "api", "qingkong transmission") as connection:
            yield connection
    except StoreError as error:
        stop(str(error))
