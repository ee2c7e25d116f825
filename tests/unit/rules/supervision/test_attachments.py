"""Files are taken by number, size and ending; names are text, and bytes are never looked into."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.rules.supervision.attachments import attached_detail, taken
from services.rules.supervision.order_parameters import AttachmentParameters
from services.rules.supervision.refusals import Refused

RULES = AttachmentParameters(attachment_bytes=10, attachment_count=2)


@given(st.binary(min_size=1, max_size=10))
def test_bytes_are_kept_as_they_are_with_their_digest(content: bytes) -> None:
    [kept] = taken([("检修记录.PDF", content)], RULES)

    assert (kept.name, kept.media_type, kept.content) == (
        "检修记录.PDF", "application/pdf", content,
    )  # fmt: skip
    assert kept.sha256 == hashlib.sha256(content).hexdigest()
    assert attached_detail([kept])[0]["bytes"] == len(content)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.pdf", b"", "has 0 bytes"),
        ("a.pdf", b"x" * 11, "has 11 bytes"),
        ("a.exe", b"x", "of a type that is not taken"),
        ("pdf", b"x", "of a type that is not taken"),
        ("../a.pdf", b"x", "is no name"),
        ("a\\b.pdf", b"x", "is no name"),
        ("a\n.pdf", b"x", "is no name"),
        ("\u202eexe.pdf", b"x", "is no name"),
        ("", b"x", "is no name"),
        ("x" * 197 + ".pdf", b"x", "is no name"),
    ],
    ids=[
        "empty", "too large", "a program", "no ending", "a path", "a path of Windows", "two lines",
        "turned round", "no name", "too long",
    ],
)  # fmt: skip
def test_what_is_not_taken(name: str, content: bytes, said: str) -> None:
    with pytest.raises(Refused, match=said):
        taken([(name, content)], RULES)


def test_too_many_files() -> None:
    with pytest.raises(Refused, match="3 files are more than 2"):
        taken([("a.pdf", b"x")] * 3, RULES)


def test_an_ending_that_a_bureau_adds_has_no_type_known_here() -> None:
    rules = AttachmentParameters(attachment_types=("dwg",))

    assert taken([("a.dwg", b"x")], rules)[0].media_type == "application/octet-stream"
