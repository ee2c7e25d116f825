"""What persons set of the rules' parameters 规则参数: checked, then written with the hours it concerns.

It must not know who may do so, nor who asks.
"""

from datetime import datetime
from typing import NamedTuple

from pydantic import JsonValue

from schemas.rule_settings import Scope, SettingVersion
from schemas.sentence import Sentence, UnfitError, term
from services.rules.limit_acts import ENDS_FIRST, Refused, Who
from services.rules.limit_places import Places
from services.rules.settings_catalogue import (
    ListedParameter,
    UnknownParameterError,
    listed_parameters,
    parameter_named,
    value_of_text,
    values_beside,
)
from services.store.as_known import belief_lock
from services.store.limit_hours import hours_to_touch
from services.store.registry_read import read_registry
from services.store.rule_settings import read_settings, write_setting
from services.store.session import Session


class Wish(NamedTuple):
    """A parameter's value as text (lists and objects as JSON; None: nothing is set any more).

    `scope` as people write it: `all`, `plant:P1`.
    """

    name: str
    text: str | None
    scope: str
    since: datetime
    until: datetime | None


class SetDone(NamedTuple):
    """What was set (or would be), of which parameter, and how many hours are judged anew."""

    setting: SettingVersion
    parameter: ListedParameter
    hours: int


def set_parameter(session: Session, wish: Wish, who: Who, *, preview: bool = False) -> SetDone:
    """Set it, or with `preview` tell what would be. Raises Refused, PlaceError, psycopg.Error."""
    listed = known_parameter(wish.name)
    if wish.until is not None and wish.until <= wish.since:
        raise Refused(ENDS_FIRST)
    if not who.reason.strip():
        raise Refused(Sentence(f"a setting needs its --reason{term('原因')}", "设定参数须填写原因"))
    with belief_lock(session):
        places = Places(read_registry(session))
        kind, key = places.scope(wish.scope)
        value = _value(session, listed, wish, (places, kind, key))
        setting = SettingVersion(
            *(0, listed.name, kind, key, value, wish.since, wish.until, who.reason.strip()),
            *(who.actor, who.now, 0),
        )
        concerned = places.points_in(kind, key)
        spans = [(point, wish.since, wish.until) for point in concerned]
        hours = hours_to_touch(session, spans, who.now)
        if not preview:
            setting = write_setting(session, setting, concerned)
    return SetDone(setting, listed, hours)


def known_parameter(name: str) -> ListedParameter:
    """The parameter of a name. Raises Refused with what may be meant."""
    try:
        return parameter_named(name, listed_parameters())
    except UnknownParameterError as error:
        raise Refused(error.said) from None


def _value(
    session: Session, listed: ListedParameter, wish: Wish, where: tuple[Places, Scope, str]
) -> JsonValue:
    if wish.text is None:
        return None
    places, kind, key = where
    settings = read_settings(session)
    others = values_beside(listed.owner, settings, places.place(kind, key), wish.since)
    try:
        return value_of_text(listed, wish.text, others)
    except UnfitError as error:
        raise Refused(error.said) from None
