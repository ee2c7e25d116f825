"""Words of administration: nothing is left without a name, in Python or in the browser."""

import base64
import re
from collections.abc import Mapping
from importlib.resources import files

import pytest

from schemas.alert import AlertKind, Event
from schemas.limits import Averaging, Origin, Quantity
from schemas.notice import Channel, DeliveryState, Form
from services.api.console.admin.parameter_groups import GROUPS
from services.api.console.admin.words import ADMIN_WORDS, said
from services.api.console.fleet.reject_words import REJECTS
from services.api.console.pages.admin_rejects import dump, meaning, retry_command
from services.api.console.words import OUTCOMES, PERIODS
from services.api.permissions import NO_MACHINE, PERMISSIONS, Permission
from services.hj212.frame import RefusalReason
from services.ingest.batching import REGISTRY_REASONS
from services.rules.settings_catalogue import class_name, parameter_classes

TOLD = (files("services.api.console") / "static" / "admin_told.js").read_text(encoding="utf-8")


def table(name: str) -> Mapping[str, tuple[str, str]]:
    """A vocabulary of the browser's script."""
    found = re.search(rf"const {name} = {{(.*?)}};", TOLD, re.DOTALL)
    assert found
    pairs = re.findall(r'(\w+): \["([^"]+)", "([^"]+)"\]', found[1])
    return {word: (zh, en) for word, zh, en in pairs}


@pytest.mark.parametrize("vocabulary", ADMIN_WORDS)
def test_every_word_has_a_name_in_both_languages(vocabulary: str) -> None:
    assert all(all(pair) and len(pair) == 2 for pair in ADMIN_WORDS[vocabulary].values())


@pytest.mark.parametrize(
    ("vocabulary", "values"),
    [
        ("channel", {one.value for one in Channel}),
        ("delivery", {one.value for one in DeliveryState}),
        ("form", {one.value for one in Form}),
        ("event", {one.value for one in Event}),
        ("origin", set(Origin.__args__)),
        ("averaging", set(Averaging.__args__)),
        ("quantity", set(Quantity.__args__)),
    ],
    ids=["channel", "delivery", "form", "event", "origin", "averaging", "quantity"],
)
def test_nothing_of_a_vocabulary_is_left_without_a_name(vocabulary: str, values: set[str]) -> None:
    named = ADMIN_WORDS[vocabulary].keys()

    assert values <= named if vocabulary != "event" else values == named


def test_every_permission_that_a_token_may_give_is_named() -> None:
    given = {one for allowed in PERMISSIONS.values() for one in allowed} - NO_MACHINE
    given -= {Permission.SIGN_IN, Permission.OPEN_DATA, Permission.OWN_ACCOUNT}

    assert {one.value for one in given} <= ADMIN_WORDS["permission"].keys()


def test_every_class_of_parameters_has_a_name_and_no_other_has() -> None:
    assert GROUPS.keys() == {class_name(one) for one in parameter_classes()}


def test_groups_tune_kinds_that_there_are() -> None:
    named = {kind for group in GROUPS.values() for kind in group.kinds}

    assert named <= {kind.value for kind in AlertKind}
    assert GROUPS["stillness_parameters"].tunes("data_quality", "constant_value")
    assert not GROUPS["stillness_parameters"].tunes("data_quality", "near_limit")
    assert GROUPS["late_parameters"].tunes("late_transmission", "")


def test_every_reason_for_which_a_frame_is_refused_is_taught() -> None:
    assert {one.value for one in RefusalReason} | REGISTRY_REASONS <= REJECTS.keys()


@pytest.mark.parametrize(
    ("name", "words"),
    [("OUTCOMES", OUTCOMES), ("PERIODS", PERIODS), ("THINGS", ADMIN_WORDS["thing"])],
    ids=["outcomes", "periods", "things"],
)
def test_the_browser_calls_a_word_as_the_pages_do(
    name: str, words: Mapping[str, tuple[str, str]]
) -> None:
    assert table(name) == dict(words)


def test_a_word_without_a_name_is_shown_as_it_is() -> None:
    assert said("reject", "new_reason", "zh") == "new_reason"
    assert not said("reject", None, "zh")


def test_bytes_are_shown_by_sixteen_with_what_of_them_can_be_read() -> None:
    text = base64.b64encode(b"##0055QN=1;ST=31\xff\n").decode()

    assert dump(text).splitlines() == [
        "0000  23 23 30 30 35 35 51 4e 3d 31 3b 53 54 3d 33 31  ##0055QN=1;ST=31",
        "0010  ff 0a                                            ..",
    ]


def test_no_more_than_the_first_bytes_are_shown() -> None:
    assert len(dump(base64.b64encode(bytes(10_000)).decode()).splitlines()) == 256


@pytest.mark.parametrize(
    ("mn", "reason", "command"),
    [
        ("", "clock", "qingkong rejects retry --reason clock --dry-run"),
        ("MN-A", "", "qingkong rejects retry --mn MN-A --dry-run"),
        ("x; rm *", "", "qingkong rejects retry --mn 'x; rm *' --dry-run"),
    ],
    ids=["reason", "mn", "hostile"],
)
def test_a_command_can_be_run_as_it_stands(mn: str, reason: str, command: str) -> None:
    assert retry_command(mn, reason) == command


def test_a_policy_says_what_it_accepts_where_its_name_does_not() -> None:
    assert "六位长度" in meaning("six_digit_length")
    assert not meaning("crc: off")
