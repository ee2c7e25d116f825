"""What a person or machine does here: one transaction with its audit row and its answer, once.

It must not know what is done.
"""

import hashlib
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Final, cast
from urllib.parse import quote

from fastapi import Depends, Header, Request, Response
from pydantic import BaseModel

from services.api.access import CallerDep
from services.api.callers import Caller
from services.api.context import BODY_DIGEST, Now, RequestId
from services.api.database import SessionDep
from services.api.etags import SeenVersion, etag
from services.api.identity import address_of
from services.api.problems import Kinds, Problem, language_of
from services.store.audit import Deed, write_deed
from services.store.idempotency import Asked, Told, begin_once, keep_answer
from services.store.session import Session

REPLAYED: Final = "Idempotent-Replayed"
JSON: Final = "application/json"
KEY = Header(
    alias="Idempotency-Key",
    min_length=1,
    max_length=200,
    pattern=r"^[\x21-\x7e]+$",
    description="A name for this request 幂等键, of your choice: sent again with the same body it is "
    "done once, and answered as before. Kept for a day.",
)


@dataclass(slots=True)
class Entry:
    """What the audit row will say beside who and when; `act` may correct it.

    `about` is noun/number, `plant` the id of whom it concerns.
    """

    about: str
    plant: int | None = None
    detail: dict[str, object] = field(default_factory=dict[str, object])


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered; `version` becomes the ETag."""

    body: BaseModel | None = None
    status: int = 200
    version: int | None = None
    location: str | None = None

    def told(self, digest: bytes) -> Told:
        """The answer, fit to be kept."""
        named = {
            "ETag": None if self.version is None else etag(self.version),
            # A code may have any letter in it, an address only some.
            "Location": None if self.location is None else quote(self.location),
            "Content-Type": None if self.body is None else JSON,
        }
        headers = {name: value for name, value in named.items() if value is not None}
        body = b"" if self.body is None else self.body.model_dump_json().encode()
        return Told(digest, self.status, headers, body)


Act = Callable[[Entry], Answer]


@dataclass(frozen=True, slots=True)
class Work:
    """A request that does something. `seen`: the version of If-Match; None: not said.

    `chinese`: the language that the caller prefers.
    """

    session: Session
    caller: Caller
    now: datetime
    request_id: str
    address: str
    seen: int | None = None
    asked: Asked | None = None
    chinese: bool = True

    @contextmanager
    def audited(self, action: str, about: str, plant: int | None = None) -> Generator[Entry]:
        """One transaction with the audit row; an exception rolls both back.

        `action` is noun.verb, `about` noun/number. Raises psycopg.Error.
        """
        entry = Entry(about, plant)
        with self.session.transaction():
            yield entry
            write_deed(self.session, self._deed(action, entry))

    def perform(self, action: str, about: str, act: Act, plant: int | None = None) -> Response:
        """Do it once: with a key that was used for the same, give what was answered then.

        Raises Problem when the key was used for something else, whatever `act` raises, psycopg.Error.
        """
        with self.session.transaction():
            before = None if self.asked is None else begin_once(self.session, self.asked, self.now)
            if before is not None:
                return self._again(before)
            with self.audited(action, about, plant) as entry:
                told = act(entry).told(b"" if self.asked is None else self.asked.digest)
            if self.asked is not None:
                keep_answer(self.session, self.asked, told, self.now)
        return Response(told.body, told.status, dict(told.headers))

    def _again(self, before: Told) -> Response:
        if self.asked is None or before.digest != self.asked.digest:
            raise Problem(
                Kinds.KEY_REUSED,
                "该 Idempotency-Key 已用于另一请求：请换一个新键。",
                "this Idempotency-Key was used for another request: take a new one",
            )
        return Response(before.body, before.status, {**before.headers, REPLAYED: "true"})

    def _deed(self, action: str, entry: Entry) -> Deed:
        return Deed(
            *(self.now, self.caller.account, self.caller.name, self.caller.way),
            *(action, entry.about, self.request_id, self.address, entry.plant, entry.detail),
        )


@dataclass(frozen=True, slots=True)
class _Said:
    """What the headers of a request say about it."""

    now: datetime
    request_id: str
    seen: int | None
    key: str | None


def said_of(
    now: Now,
    request_id: RequestId,
    seen: SeenVersion,
    key: Annotated[str | None, KEY] = None,
) -> _Said:
    return _Said(now, request_id, seen, key)


def work_of(
    request: Request,
    session: SessionDep,
    caller: CallerDep,
    said: Annotated[_Said, Depends(said_of)],
) -> Work:
    asked = None
    if said.key is not None and caller.account is not None:
        asked = Asked(caller.account, said.key, _digest(request))
    return Work(
        *(session, caller, said.now, said.request_id, address_of(request), said.seen, asked),
        chinese=language_of(request) == "zh",
    )


def _digest(request: Request) -> bytes:
    """Of all that is asked for: the same request, sent again, has the same."""
    body = request.scope.get(BODY_DIGEST)
    parts = (
        request.method,
        request.url.path,
        request.url.query,
        request.headers.get("if-match", ""),
        request.headers.get("content-type", "").partition(";")[0],
    )
    digest = hashlib.sha256("\0".join(parts).encode())
    digest.update(cast("bytes", body.digest()) if body is not None else b"")
    return digest.digest()


WorkDep = Annotated[Work, Depends(work_of)]
