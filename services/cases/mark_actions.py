"""What persons do with marks 标记: enter, change, review, withdraw; decide by the rules, write.

It must not know who may do so, nor who asks.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from schemas.mark_entry import NewMark
from schemas.marks import Mark, Review
from schemas.sentence import Sentence, term
from services.rules.marks.amending import Amendment, as_entry, changed, reviewed, wrong_with
from services.rules.marks.mark_entries import Entering, EntryError, entry_of
from services.rules.marks.mark_hints import hints
from services.rules.supervision.refusals import Refused
from services.store.mark_places import mark_places
from services.store.marks import (
    MarkConflict,
    MarkQuery,
    enter_marks,
    mark_authors,
    read_mark,
    read_marks,
    write_version,
)
from services.store.registry_read import read_registry
from services.store.session import Session


class Marking(NamedTuple):
    """Who acts on a mark, and when; `seen`: the version looked at, None: whichever is there."""

    session: Session
    actor: str
    now: datetime
    seen: int | None = None


class Entered(NamedTuple):
    """A mark that was entered, and what may have been meant otherwise."""

    mark: Mark
    hints: Sequence[Sentence]


def enter_mark(words: Mapping[str, str], sector: str | None, by: Marking) -> Entered:
    """Enter a mark from the words that people write. Raises EntryError, psycopg.Error.

    `words`: under the columns of `services.rules.marks.mark_entries`.
    """
    entering = Entering(by.actor, by.now, sector)
    entry = entry_of(words, mark_places(by.session), entering)
    told = hints_on(by.session, [entry])
    [key] = enter_marks(by.session, [entry], by.now)
    return Entered(believed_mark(by.session, key), told)


def change_mark(mark: int, amendment: Amendment, by: Marking) -> Mark:
    """Change what it states; it waits for review again.

    Raises Refused where there is none, EntryError, MarkConflict, psycopg.Error.
    """
    with by.session.transaction():
        known = _looked_at(mark, by)
        after = changed(known, amendment, by.now)._replace(actor=by.actor)
        wrong = wrong_with(as_entry(after), by.now)
        if wrong:
            raise EntryError(wrong)
        write_version(by.session, after, by.now)
        return believed_mark(by.session, mark)


def review_mark(mark: int, review: Review, reason: str, by: Marking) -> Mark:
    """Accept it, reject it or let it lapse; nobody accepts what he entered or changed for a plant.

    Raises Refused, MarkConflict, psycopg.Error.
    """
    with by.session.transaction():
        known = _looked_at(mark, by)
        own = by.actor in mark_authors(by.session, mark)
        if review is Review.ACCEPTED and own and known.origin != "bureau":
            raise Refused(
                f"{by.actor} entered mark {mark}: nobody accepts his own, name somebody else with"
                " --reviewer",
                f"标记 {mark} 由 {by.actor} 录入，不得自审：请由他人审核",
            )
        if review is Review.REJECTED and not reason.strip():
            raise Refused("say why it is rejected: give a reason", "驳回须说明理由")
        after = reviewed(known, review, by.actor, reason.strip())._replace(actor=by.actor)
        write_version(by.session, after, by.now)
        return believed_mark(by.session, mark)


def withdraw_mark(mark: int, reason: str, by: Marking) -> Mark:
    """It has no effect any more 撤回, and stays in the history; gives it as it was.

    Raises Refused, MarkConflict, psycopg.Error.
    """
    if not reason.strip():
        raise Refused("say why it is withdrawn: give a reason", "撤回须说明理由")
    with by.session.transaction():
        known = _looked_at(mark, by)
        gone = known._replace(actor=by.actor, reason=reason.strip())
        return gone._replace(version=write_version(by.session, gone, by.now, withdrawn=True))


def believed_mark(session: Session, mark: int) -> Mark:
    """The believed version of a mark. Raises Refused where there is none, psycopg.Error."""
    found = read_mark(session, mark)
    if found is None:
        raise Refused(
            f"mark {mark} was withdrawn or never entered: see `qingkong marks list`",
            f"标记 {mark} 不存在或已撤回",
        )
    return found


def hints_on(session: Session, entries: Sequence[NewMark]) -> list[Sentence]:
    """What may be meant otherwise: marks over the same time, kinds of another sector.

    Raises psycopg.Error.
    """
    if not entries:
        return []
    ends = [one.until for one in entries]
    until = None if None in ends else max(one for one in ends if one is not None)
    subjects = sorted({one.subject for one in entries})
    query = MarkQuery(subjects, min(one.since for one in entries), until)
    return hints(entries, read_marks(session, query), read_registry(session))


def _looked_at(mark: int, by: Marking) -> Mark:
    known = believed_mark(by.session, mark)
    if by.seen is not None and by.seen != known.version:
        raise MarkConflict(
            Sentence(
                f"mark {mark} was changed meanwhile by {known.actor}{term('已被他人更新')}: look at"
                " it again",
                f"标记 {mark} 已由 {known.actor} 更新：请重新读取后再试",
            )
        )
    return known
