"""Whatever is asked, and whoever asks: no answer is a fault of ours, and each is as the document says.

The short form asks a few things of each operation as each role; `QINGKONG_TEST_SEED` repeats a long form.
"""

import os
import random
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from services.embedded.postgres import Postgres
from tests.fixtures.answered import copy_of
from tests.fixtures.asked_of_all import ASKERS, HOME, Platform, platform
from tests.fixtures.direct import Sent
from tests.fixtures.openapi_cases import (
    Made,
    Operation,
    cases_of,
    faults_of,
    names_of,
    operations_of,
    sent_of,
)
from tests.fixtures.openapi_strange import strange_to
from tests.fixtures.servers import GivenServer

FEW, MANY = 2, 60
SEED = "QINGKONG_TEST_SEED"
UNHURRIED = (
    HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much,
    HealthCheck.large_base_example,
)  # fmt: skip
EXCLUDED: dict[str, str] = {}
"""Operations that nobody asks, each with the reason; streams end by themselves when one goes away."""


@pytest.fixture(scope="module")
def asked(postgres: Postgres | GivenServer, template: str) -> Iterator[Platform]:
    with copy_of(postgres, template) as url, platform(url) as made:
        yield made


def operations(made: Platform) -> list[Operation]:
    """What is asked of: who reads comes before who writes, and who removes is the last."""
    found = operations_of(made.api.app.openapi())
    kept = [one for one in found if one.label not in EXCLUDED]
    return sorted(kept, key=lambda one: (one.method != "get", one.method == "delete", one.path))


def faults(made: Platform, operation: Operation, most: int, chosen: int | None = None) -> list[str]:
    """What is wrong with the answers to so many requests, each sent as everybody."""
    wrong: list[str] = []
    names = names_of(made.known)

    def ask(case: Made) -> None:
        sent = sent_of(case)
        if sent is not None:
            wrong.extend(fault for asker in ASKERS for fault in judged(made, asker, case, sent))

    chosen_settings = settings(
        max_examples=most, derandomize=chosen is None, database=None, deadline=None,
        suppress_health_check=UNHURRIED, phases=[Phase.generate],
    )  # fmt: skip
    test = chosen_settings(given(case=cases_of(operation, names))(ask))
    (test if chosen is None else seed(chosen)(test))()
    return wrong


def judged(made: Platform, asker: str, case: Made, sent: Sent) -> list[str]:
    """What is wrong with the answer to a request of somebody."""
    came = made.ask(asker, sent)
    request = f"{asker}: {sent.method} {sent.url} {sent.body[:500]!r}"
    return [
        f"{request}\n  {came.status} {bytes(came.body[:300])!r}\n  {fault}"
        for fault in faults_of(case, sent, came)
    ]


@pytest.mark.timeout(300)
def test_every_answer_to_everybody_is_one_that_the_document_names(asked: Platform) -> None:
    """A few requests to each operation, the same ones at every run."""
    wrong = [fault for one in operations(asked) for fault in faults(asked, one, FEW)]

    assert not wrong, "\n".join(wrong)


@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_many_strange_requests_are_all_answered_as_the_document_says(asked: Platform) -> None:
    """Other requests at every run; the seed is shown, and `QINGKONG_TEST_SEED` sets it."""
    chosen = int(os.environ.get(SEED, "0")) or random.SystemRandom().getrandbits(32)
    print(f"{SEED}={chosen}")  # noqa: T201 - so that it can be repeated

    wrong = [fault for one in operations(asked) for fault in faults(asked, one, MANY, chosen)]

    assert not wrong, f"{SEED}={chosen}\n" + "\n".join(wrong)


@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_each_strange_value_in_each_place_is_answered_as_the_document_says(asked: Platform) -> None:
    """By whoever may most: nobody else comes further."""
    document, names = asked.api.app.openapi(), names_of(asked.known)
    wrong = [
        fault
        for operation in operations(asked)
        for case, sent in strange_to(operation, names, document)
        for fault in judged(asked, "administrator", case, sent)
    ]

    assert not wrong, "\n".join(wrong)


def test_who_asks_is_let_in_as_what_he_is(asked: Platform) -> None:
    """Otherwise everybody would be answered 401, and nothing would be tried."""
    roles = {asker: made["role"] for asker in ASKERS if (made := asked.me(asker)) is not None}

    assert roles == {
        "machine": "operator", "auditor": "auditor", "plant": "plant", "operator": "operator",
        "administrator": "administrator",
    }  # fmt: skip


def test_who_only_reads_may_send_any_version(asked: Platform) -> None:
    """It is documented for writes alone; what is sent with a read does nothing."""
    sent = Sent("GET", f"{HOME}/api/v1/audit", {"if-match": "of no list"})

    assert asked.ask("auditor", sent).status == 200


@pytest.mark.parametrize("asker", ASKERS)
def test_a_problem_is_of_the_media_type_that_is_documented(asker: str, asked: Platform) -> None:
    came = asked.ask(asker, Sent("GET", f"{HOME}/api/v1/alerts/0", {}))

    assert came.status in {401, 403, 404}
    assert came.headers["content-type"] == ["application/problem+json"]


def test_what_is_excluded_is_there(asked: Platform) -> None:
    labels = {one.label for one in operations_of(asked.api.app.openapi())}

    assert set(EXCLUDED) <= labels
    assert all(EXCLUDED.values())
