"""The small pure parts of the API: rates, waits, secrets, versions, times, permissions."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.access import EVERYTHING, Role, Scope
from schemas.registry_words import BEIJING
from services.api.asof import moment
from services.api.callers import permissions_of
from services.api.credentials import csrf_of, digest_of, neighbourhood, new_token
from services.api.etags import etag, seen_version
from services.api.passwords import Passwords, WeakPasswordError, fit_password
from services.api.permissions import NO_MACHINE, PERMISSIONS, Permission
from services.api.rates import Rates
from services.store.throttles import Patience, wait_after


@dataclass
class Elapsed:
    at: float = 0.0

    def __call__(self) -> float:
        return self.at


def test_a_bucket_empties_and_fills_again() -> None:
    """60 a minute is one a second: after 60 at once the 61st waits 1 s; half a second later 0.5 s."""
    elapsed = Elapsed()
    rates = Rates(60, elapsed)

    first = [rates.take("a") for _ in range(60)]
    waits = [rates.take("a")]
    elapsed.at = 0.5
    waits.append(rates.take("a"))
    elapsed.at = 1.0

    assert first == [0.0] * 60
    assert waits == [1.0, 0.5]
    assert rates.take("a") == 0.0


def test_one_who_asks_too_often_takes_nothing_from_others() -> None:
    rates = Rates(1, Elapsed())
    rates.take("a")

    assert rates.take("a") > 0
    assert rates.take("b") == 0


@given(st.integers(0, 100))
def test_a_wait_never_gets_shorter_nor_longer_than_the_longest(failures: int) -> None:
    patience = Patience(5, timedelta(minutes=5))

    wait, following = wait_after(failures, patience), wait_after(failures + 1, patience)

    assert wait <= following <= patience.longest
    assert (wait == timedelta()) == (failures <= 5)


@pytest.mark.parametrize(
    ("address", "whom"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "unknown"),
    ],
)
def test_an_address_counts_for_its_holder(address: str, whom: str) -> None:
    assert neighbourhood(address) == whom


def test_tokens_are_256_bits_of_chance() -> None:
    found = {new_token() for _ in range(100)}

    assert len(found) == 100
    assert {len(each) for each in found} == {3 + 43}


def test_the_csrf_token_says_nothing_of_what_is_kept() -> None:
    assert csrf_of("a").encode() != digest_of("a")
    assert csrf_of("a") != csrf_of("b")


@given(st.integers(0, 10**18 - 1))
def test_an_etag_comes_back_as_its_version(version: int) -> None:
    assert seen_version(etag(version)) == seen_version(f"W/{etag(version)}") == version


@pytest.mark.parametrize("given", [None, "*"])
def test_whoever_does_not_say_what_he_saw_is_asked_for_no_version(given: str | None) -> None:
    assert seen_version(given) is None


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2026-08-01", datetime(2026, 8, 1, tzinfo=BEIJING)),
        ("2026-08-01T08:00", datetime(2026, 8, 1, tzinfo=UTC)),
        ("2026-08-01T00:00:00Z", datetime(2026, 8, 1, tzinfo=UTC)),
        ("2026-08-01T08:00:00 08:00", datetime(2026, 8, 1, tzinfo=UTC)),
        ("soon", None),
    ],
    ids=["a day", "Beijing", "UTC", "a plus made a blank", "none"],
)
def test_times_are_of_beijing_unless_they_say_otherwise(text: str, time: datetime | None) -> None:
    assert moment(text) == time


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.OPEN])
def test_a_machine_may_less_than_its_person_and_more_than_nobody(role: Role) -> None:
    person = permissions_of(role, "session", None)
    machine = permissions_of(role, "token", None)
    narrowed = permissions_of(role, "token", frozenset({"own_tokens", "read_status"}))

    assert machine == person - NO_MACHINE
    assert narrowed == PERMISSIONS[Role.OPEN] | {Permission.READ_STATUS}


@given(st.sampled_from(Role), st.frozensets(st.sampled_from(Permission)))
def test_narrowing_never_widens(role: Role, asked: frozenset[Permission]) -> None:
    narrowed = permissions_of(role, "token", frozenset(asked))

    assert narrowed <= PERMISSIONS[role]


@pytest.mark.parametrize(
    ("scope", "all_"),
    [
        (EVERYTHING, 1),
        (Scope("15"), 0),
        (Scope(None, frozenset()), 0),
        (Scope(outer=Scope("15")), 0),
    ],
    ids=["all", "a region", "no plants", "an account's region"],
)
def test_a_scope_is_everything_only_if_nothing_narrows_it(scope: Scope, all_: int) -> None:
    assert scope.everything == bool(all_)


def test_the_same_characters_typed_otherwise_are_the_same_password() -> None:
    passwords = Passwords()
    hashed = passwords.hash("Ａ１密码 e\u0301tude")

    assert passwords.check("A1密码 \u00e9tude", hashed).holds
    assert not passwords.check("A1密码 etude", hashed).holds


def test_a_long_password_is_no_beginning_of_another() -> None:
    passwords = Passwords()
    hashed = passwords.hash("x" * 200)

    assert not passwords.check("x" * 201, hashed).holds


@pytest.mark.parametrize("good", ["correct horse battery", "十二个字以上的一句很长的密码"])
def test_long_phrases_of_any_script_will_do(good: str) -> None:
    assert fit_password(good, "anna") == good


def test_a_short_password_is_refused_in_two_languages() -> None:
    with pytest.raises(WeakPasswordError, match="密码至少 12 个字符; a password has at least 12"):
        fit_password("short", "anna")
