"""What persons do with laboratory results 手工监测结果: enter, correct, withdraw.

It must not know who may do so, nor who asks.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from schemas.manual import ManualResult
from schemas.sentence import Sentence, term
from services.rules.manual_entries import Entering, result_of
from services.rules.supervision.refusals import Refused
from services.store.manual_results import (
    ManualConflict,
    ResultQuery,
    add_results,
    manual_lock,
    point_units,
    read_results,
    replace_result,
    result_versions,
    withdraw_result,
)
from services.store.mark_places import mark_places
from services.store.session import Session


class Handing(NamedTuple):
    """Who acts on a result, and when; `seen`: the version looked at, None: whichever is there."""

    session: Session
    actor: str
    now: datetime
    seen: int | None = None


def enter_result(words: Mapping[str, str], by: Handing) -> ManualResult:
    """Enter a result from the words that people write. Raises EntryError, psycopg.Error.

    `words`: under the columns of `services.rules.manual_entries`.
    """
    with manual_lock(by.session):
        [key] = add_results(by.session, [result_of(words, entering(by, words.get("plant")))])
        return result_versions(by.session, key)[-1]


def correct_result(result: int, words: Mapping[str, str], by: Handing) -> ManualResult:
    """Believe something else of it from now on 更正, and say why.

    Raises Refused, EntryError, ManualConflict, psycopg.Error.
    """
    if not words.get("reason", "").strip():
        raise Refused("a correction needs a reason: say what was wrong", "更正须说明理由")
    with manual_lock(by.session):
        known = _looked_at(result, by)
        with_all = entering(by, words.get("plant"))
        others = [one for one in with_all.known if one.result != result]
        entry = result_of(
            words, Entering(by.actor, by.now, with_all.places, with_all.units, others)
        )
        replace_result(by.session, known, entry)
        return result_versions(by.session, result)[-1]


def take_back_result(result: int, reason: str, by: Handing) -> ManualResult:
    """Believe it no longer 撤回; what it said stays. Raises Refused, ManualConflict, psycopg.Error."""
    if not reason.strip():
        raise Refused("say why it is withdrawn: give a reason", "撤回须说明理由")
    with manual_lock(by.session):
        withdraw_result(by.session, _looked_at(result, by), reason.strip(), by.actor)
        return result_versions(by.session, result)[-1]


def believed_result(session: Session, result: int) -> ManualResult:
    """The believed version of a result. Raises Refused where there is none, psycopg.Error."""
    versions = result_versions(session, result)
    if not versions or versions[-1].withdrawn:
        raise Refused(
            f"result {result} was withdrawn or never entered: see `qingkong manual list`",
            f"监测结果 {result} 不存在或已撤回",
        )
    return versions[-1]


def entering(by: Handing, plant: str | None = None) -> Entering:
    """What an entry is held against: places, units, what is there; of one plant where it is known.

    Raises psycopg.Error.
    """
    places = mark_places(by.session)
    points = list(places.points.values())
    if plant in places.plants:
        own = {found for (of, _), (found, _) in places.subjects.items() if of == plant}
        points = [point for (subject, _), point in places.points.items() if subject in own]
    units = point_units(by.session, points)
    known = read_results(by.session, ResultQuery(points))
    return Entering(by.actor, by.now, places, units, known)


def _looked_at(result: int, by: Handing) -> ManualResult:
    known = believed_result(by.session, result)
    if by.seen is not None and by.seen != known.version:
        raise ManualConflict(
            Sentence(
                f"result {result} was changed meanwhile by {known.actor}{term('已被他人更新')}: look"
                " at it again",
                f"监测结果 {result} 已由 {known.actor} 更新：请重新读取后再试",
            )
        )
    return known
