"""Files that come with a form: read, checked before anything is done, and told apart by their digest.

What is in them is never interpreted. It must not know what they are handed in for.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from fastapi import UploadFile

from schemas.order import OrderPlant
from services.api.problems import Kinds, Problem
from services.api.refusals import refusing
from services.api.writing import Work
from services.cases.acting import Acting
from services.rules.supervision.attachments import taken
from services.rules.supervision.order_parameters import AttachmentParameters

Files = Sequence[tuple[str, bytes]]


@dataclass(frozen=True, slots=True)
class Form:
    """What a form said, and to which address: words by field, files as names and bytes."""

    address: str
    words: Mapping[str, str]
    files: Files


def read_form(address: str, words: Mapping[str, str], files: Sequence[UploadFile]) -> Form:
    """The form in memory; the size of a request is bounded before. Raises Problem."""
    found: list[tuple[str, bytes]] = []
    for one in files:
        if not one.filename:
            raise Problem(Kinds.INVALID, "附件须有文件名。", "a file needs its name")
        found.append((one.filename, one.file.read()))
    return Form(address, words, found)


def check_files(form: Form, by: Acting, plant: OrderPlant) -> None:
    """Raises Problem where a file is too large, of a type that is not taken, or has no fit name."""
    with refusing(Kinds.INVALID):
        taken(form.files, by.rules(AttachmentParameters, plant))


def once(work: Work, form: Form) -> Work:
    """The same work, its idempotency key bound to what the form says.

    The body alone will not do: whoever sends a form again separates its parts by another word.
    """
    if work.asked is None:
        return work
    digest = hashlib.sha256(f"{form.address}\0{work.seen}".encode())
    parts = [part.encode() for pair in sorted(form.words.items()) for part in pair]
    parts += [part for name, content in form.files for part in (name.encode(), content)]
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return replace(work, asked=work.asked._replace(digest=digest.digest()))
