"""Marks as people write them, with names and Beijing times, turned into what is entered, or sentences.

It reads no file and no database; places and the time now are given.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import cast, get_args

from schemas.mark_entry import MarkPlaces, NewMark
from schemas.marks import MarkOrigin
from schemas.registry_words import beijing_time
from schemas.sentence import Sentence, joined, sentence_in, term
from schemas.unknown_place import unknown_plant, unknown_subject
from services.rules.marks.amending import wrong_with
from services.rules.marks.kinds import MarkKind, kinds_named, mark_kinds

COLUMNS = ("plant", "subject", "point", "kind", "from", "to", "origin", "evidence", "entered_at")
NEEDED = ("plant", "subject", "kind", "from")
FIRST_ROW = 2
EMPTY_FILE = Sentence(
    f"the file is empty{term('空文件')}: its first row has the names of the columns",
    "文件为空：第一行须为列名",
)
NO_ROWS = Sentence(
    f"there is nothing below the header{term('只有表头')}: write a row for each entry",
    "只有表头：每条记录须占一行",
)


BEGINNING = Sentence(
    "from: give the beginning, for instance 2025-03-01T08:00",
    "须填写开始时间，例如 2025-03-01T08:00",
)


@dataclass(frozen=True, slots=True)
class Entering:
    """By whom and when, and the sector whose kinds are meant where a name is used by several."""

    actor: str
    now: datetime
    sector: str | None = None


class EntryError(ValueError):
    """What is written cannot be entered; `sentences` say why, all of them."""

    def __init__(self, sentences: list[Sentence]) -> None:
        super().__init__("; ".join(sentences))
        self.sentences = sentences

    @property
    def said(self) -> Sentence:
        """All of them as one."""
        return joined(self.sentences)


def entry_of(words: Mapping[str, str], places: MarkPlaces, by: Entering) -> NewMark:
    """A mark from the words under `COLUMNS`; empty or absent: not given. Raises EntryError."""
    wrong: list[Sentence] = []
    subject = _subject(words, places, wrong)
    point = _point(words.get("point", ""), subject, places, wrong)
    kind = _kind(words.get("kind", ""), by.sector, wrong)
    since = _time("from", words.get("from", ""), wrong)
    until = _time("to", words.get("to", ""), wrong)
    entered_at = _entered(words, by.now, wrong)
    origin = words.get("origin", "") or "plant"
    if origin not in get_args(MarkOrigin):
        wrong.append(
            Sentence(
                f"origin {origin}: write logger{term('数采仪')}, plant{term('企业')} or"
                f" bureau{term('生态环境部门')}",
                f"来源“{origin}”无效：请填写 logger（数采仪）、plant（企业）或 bureau（生态环境部门）",
            )
        )
    if wrong or subject is None or kind is None or since is None:
        raise EntryError(wrong or [BEGINNING])
    entry = NewMark(
        kind=kind.key,
        subject=subject,
        point=point,
        since=since,
        until=until,
        origin=cast("MarkOrigin", origin),
        planned=entered_at < since,
        entered_at=entered_at,
        actor=by.actor,
        evidence=words.get("evidence", "").strip(),
    )
    wrong = wrong_with(entry, by.now)
    if wrong:
        raise EntryError(wrong)
    return entry


def entries_of_csv(text: str, places: MarkPlaces, by: Entering) -> tuple[list[NewMark], list[str]]:
    """The marks of a CSV file with a header, and `row N: sentence` for everything that is wrong."""
    reader = csv.DictReader(text.splitlines())
    header = [name.strip() for name in reader.fieldnames or ()]
    wrong = [f"column {name} is missing: the header needs {', '.join(NEEDED)}" for name in NEEDED if name not in header]  # fmt: skip
    wrong += [
        f"column {name or '(empty)'} is not known: use {', '.join(COLUMNS)}"
        for name in header
        if name not in COLUMNS
    ]
    if not any(header):
        wrong = [str(EMPTY_FILE)]
    if wrong:
        return [], [f"row 1: {one}" for one in wrong]
    found: list[NewMark] = []
    rows: dict[tuple[object, ...], int] = {}
    for number, row in enumerate(reader, FIRST_ROW):
        words = {str(name).strip(): (value or "").strip() for name, value in row.items() if name}
        if len(row) > len(header):
            wrong.append(f"row {number}: more cells than the header: put quotes round commas")
            continue
        try:
            entry = entry_of(words, places, by)
        except EntryError as error:
            wrong += [f"row {number}: {one}" for one in error.sentences]
            continue
        same = rows.setdefault(entry[:6], number)
        if same != number:
            wrong.append(f"row {number}: the same mark as in row {same}: leave one out")
        found.append(entry)
    return found, wrong or ([] if rows else [str(NO_ROWS)])


def kind_said(text: str, sector: str | None) -> MarkKind:
    """The one kind that is meant. Raises EntryError with the kinds to choose from."""
    found = kinds_named(text, sector)
    if len(found) == 1:
        return found[0]
    if found:
        keys = ", ".join(kind.key for kind in found)
        raise EntryError(
            [
                Sentence(
                    f"kind {text} is of several sectors: write one of {keys}",
                    f"种类“{text}”见于多个行业：请写明其中之一 {keys}",
                )
            ]
        )
    names = [name for kind in mark_kinds().values() for name in (kind.key, kind.zh)]
    near = get_close_matches(text, names, n=3, cutoff=0.5)
    # A name in Chinese is no word of an English sentence: it stands there as a term.
    terms = [one if one.isascii() else term(one).strip(" ") for one in near]
    hint = f" (perhaps {', '.join(terms)})" if near else ""
    meant = f"（是否指 {'、'.join(near)}？）" if near else ""
    raise EntryError(
        [
            Sentence(
                f"kind {text or '(empty)'} is not known{hint}: see `qingkong marks kinds`",
                f"没有标记种类“{text or '（空）'}”{meant}：请从种类列表中选择",
            )
        ]
    )


def subject_said(plant: str, subject: str, places: MarkPlaces) -> tuple[int, str]:
    """Id and kind of a subject by codes. Raises EntryError."""
    plant_said(plant, places)
    found = places.subjects.get((plant, subject))
    if found is None:
        known = [f"{of}/{code}" for of, code in places.subjects if of == plant]
        raise EntryError([unknown_subject(f"{plant}/{subject}", known)])
    return found


def plant_said(plant: str, places: MarkPlaces) -> list[int]:
    """The ids of a plant's subjects. Raises EntryError where there is no such plant."""
    if plant not in places.plants:
        raise EntryError([unknown_plant(plant, places.plants)])
    return [found for (of, _), (found, _) in places.subjects.items() if of == plant]


def time_said(option: str, text: str) -> datetime:
    """Beijing time unless it names its offset. Raises EntryError."""
    try:
        found = beijing_time(text.strip())
    except ValueError as error:
        said = sentence_in(error).within(f"{option} {text}: ", f"{option}“{text}”：")
        raise EntryError([said]) from None
    return cast("datetime", found)


def _subject(words: Mapping[str, str], places: MarkPlaces, wrong: list[Sentence]) -> int | None:
    try:
        return subject_said(words.get("plant", ""), words.get("subject", ""), places)[0]
    except EntryError as error:
        wrong += error.sentences
        return None


def _point(text: str, subject: int | None, places: MarkPlaces, wrong: list[Sentence]) -> int | None:
    if not text or subject is None:
        return None
    found = places.points.get((subject, text)) or places.points.get((subject, f"out/{text}"))
    if found is None:
        known = [name for of, name in places.points if of == subject]
        wrong.append(_unknown_point(text, known[:8]))
    return found


def _kind(text: str, sector: str | None, wrong: list[Sentence]) -> MarkKind | None:
    try:
        return kind_said(text, sector)
    except EntryError as error:
        wrong += error.sentences
        return None


def _time(name: str, text: str, wrong: list[Sentence]) -> datetime | None:
    if not text:
        return None
    try:
        return time_said(name, text)
    except EntryError as error:
        wrong += error.sentences
        return None


def _entered(words: Mapping[str, str], now: datetime, wrong: list[Sentence]) -> datetime:
    """When it was first entered elsewhere; a claim that needs evidence, and is kept beside our clock."""
    found = _time("entered_at", words.get("entered_at", ""), wrong)
    if found is None:
        return now
    if found > now:
        wrong.append(
            Sentence(
                "entered_at lies ahead: leave it empty, or mend it",
                "原录入时间（entered_at）晚于现在：请不填或更正",
            )
        )
    if not words.get("evidence"):
        wrong.append(
            Sentence(
                "entered_at needs evidence: say in which record it stands",
                "填写原录入时间（entered_at）须在依据中说明见于哪份记录",
            )
        )
    return found


def _unknown_point(text: str, known: list[str]) -> Sentence:
    hint = f" (known: {', '.join(known)})" if known else ""
    there = f"（已登记：{'、'.join(known)}）" if known else ""
    return Sentence(
        f"point{term('监测点')} {text} is not registered{hint}: write side/code or leave it empty",
        f"监测点 {text} 未登记{there}：请写作 侧/因子编码，或不填",
    )
