"""`qingkong effectiveness`: what of a plant's due records came, and how much of it was valid."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console

from schemas.judgement import Finding
from schemas.registry_words import BEIJING, FIRST_YEAR, LAST_YEAR
from services.registry.effectiveness_reading import PlantRead, Wanted, read_plant
from services.registry.effectiveness_tables import (
    effectiveness_json,
    effectiveness_table,
    finding_json,
)
from services.registry.limit_options import (
    AsJson,
    DatabaseUrl,
    asked,
    say,
)
from services.rules.judging.effectiveness_part import judge_effectiveness
from services.rules.judging.shelf import SettingError, Shelf
from services.rules.limit_places import Places
from services.rules.periods import Bounds
from services.rules.transmission.gathering import assessed_outlets, missing_factors
from services.rules.transmission.parameters import Step
from services.rules.transmission.rates import Effectiveness, Level, effectiveness, period_of
from services.runtime.clock import utc_now
from services.runtime.options import stop
from services.runtime.settings import read_settings
from services.store import rule_settings
from services.store.accounting import one_snapshot
from services.store.registry_read import read_registry

QUARTER_MONTHS = 3


@dataclass(frozen=True, slots=True)
class _Told:
    rates: list[tuple[str, Effectiveness]]
    findings: list[Finding]
    lacking: dict[str, list[str]]


def show_effectiveness(  # noqa: PLR0913, PLR0917 - typer: options are arguments
    plant: Annotated[str, typer.Option(help="The plant's code 企业.")],
    outlet: Annotated[str | None, typer.Option(help="One outlet of it, by its code.")] = None,
    day: Annotated[str | None, typer.Option(help="2025-03-02, Beijing's day 日.")] = None,
    month: Annotated[str | None, typer.Option(help="2025-03 月; default: this month.")] = None,
    quarter: Annotated[str | None, typer.Option(help="2025-Q1 季度.")] = None,
    year: Annotated[str | None, typer.Option(help="2025 年.")] = None,
    each: Annotated[
        Level, typer.Option(help="One rate for the plant, each outlet, or each point (code).")
    ] = "outlet",
    as_json: AsJson = False,  # noqa: FBT002 - typer: flags are booleans
    database_url: DatabaseUrl = None,
) -> None:
    """Count 传输有效率 = 传输率 x 有效率 of hour and day records of the assessed factors.

    Three versions: first 首次 is what came in time; again 补传 what came within the window
    for amendments; audited 审核 that with marks and laboratory results. Hours under 停运 are not
    due. Factors, windows and targets are parameters: see `qingkong rules list transmission`.

    Example: qingkong effectiveness --plant P1 --month 2025-03 --each point
    """
    now = utc_now()
    step, bounds = _period((day, month, quarter, year), now)
    with asked(database_url, "api") as connection, one_snapshot(connection):
        rows = read_registry(connection)
        places = Places(rows)
        known = places.plant(plant)
        if outlet is not None and places.subject(f"{plant}/{outlet}").kind != "outlet":
            stop(f"{outlet} is no outlet 排放口: the effectiveness is that of outlets")
        shelf = Shelf(rule_settings.read_settings(connection))
        wanted = Wanted(known, bounds, now, read_settings().transmission_graces)
        try:
            read = read_plant(connection, rows, shelf, wanted)
        except SettingError as error:
            stop(f"what is set does not fit together: {error}")
    told = _told(read, outlet, each, step)
    if as_json:
        value = {
            "rates": effectiveness_json(told.rates, told.lacking),
            "findings": [finding_json(one) for one in told.findings],
        }
        typer.echo(json.dumps(value, ensure_ascii=False, indent=2))
    elif told.rates:
        Console().print(effectiveness_table(told.rates))
        for name, codes in told.lacking.items():
            say(f"{name} measures no {', '.join(codes)} 未监测该考核因子: nothing is due of it.")
        for finding in told.findings:
            typer.echo(f"{finding.zh}\n{finding.en}")
    else:
        say("Nothing was due 无应传数据: look at --plant, the dates and the outlets' factors.")


def _told(read: PlantRead, outlet: str | None, each: Level, step: Step) -> _Told:
    chosen = [one for one in read.outlets if outlet in {None, one.outlet.code}]
    days = [day for one in chosen for day in one.days]
    if not chosen or not days:
        return _Told([], [], {})
    rates = [(_name(read, one), one) for one in effectiveness(days, each, step, chosen[0].asked)]
    params = {one.outlet.id: one.asked for one in chosen}
    lacking = {
        f"{read.view.row.code}/{one.row.code}": codes
        for one in assessed_outlets(read.view)
        if one.row.id in params and (codes := missing_factors(one, params[one.row.id].params))
    }
    return _Told(rates, judge_effectiveness(chosen, step, read.view).findings, lacking)


def _name(read: PlantRead, one: Effectiveness) -> str:
    plant = read.view.row.code
    if one.outlet is None:
        return plant
    name = f"{plant}/{read.view.outlets[one.outlet].row.code}"
    return f"{name}/out/{one.code}" if one.code else name


def _period(
    given: tuple[str | None, str | None, str | None, str | None], now: datetime
) -> tuple[Step, Bounds]:
    """The one period that is asked for; raises typer.BadParameter, saying what to write."""
    steps: tuple[Step, ...] = ("day", "month", "quarter", "year")
    said: list[tuple[Step, str]] = []
    for step, text in zip(steps, given, strict=True):
        if text is not None:
            said.append((step, text))
    if len(said) > 1:
        raise typer.BadParameter("give one of --day, --month, --quarter and --year")
    if not said:
        return "month", period_of(now, "month", BEIJING)
    [(step, text)] = said
    bounds = period_of(_first(step, text), step, BEIJING)
    if bounds.since > now:
        raise typer.BadParameter(f"--{step} {text} lies ahead: nothing is due yet")
    return step, bounds


_FORMS: dict[Step, tuple[str, str]] = {
    "day": ("%Y-%m-%d", "2025-03-02"),
    "month": ("%Y-%m", "2025-03"),
    "quarter": ("%Y-%m", "2025-Q1"),
    "year": ("%Y", "2025"),
}


def _first(step: Step, text: str) -> datetime:
    form, example = _FORMS[step]
    written = text
    if step == "quarter":
        year, _, number = text.upper().partition("-Q")
        month = (int(number) - 1) * QUARTER_MONTHS + 1 if number in {"1", "2", "3", "4"} else 0
        written = f"{year}-{month:02}"
    try:
        first = datetime.strptime(written, form).replace(tzinfo=BEIJING)
    except ValueError:
        raise typer.BadParameter(f"--{step} {text}: write for instance {example}") from None
    if not FIRST_YEAR <= first.year <= LAST_YEAR:
        raise typer.BadParameter(
            f"--{step} {text}: the year must lie between {FIRST_YEAR} and {LAST_YEAR}"
        )
    return first
