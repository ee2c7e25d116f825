"""From when to when a scenario runs."""

import pytest

from schemas.scenario import Scenario
from services.simulate.run import HOUR_S, Wish, span_of
from services.simulate.scenario.load import load_scenario

NOW_S = 1_780_000_123.5
LAST_HOUR_S = 1_779_998_400


def scenario(more: str = "") -> Scenario:
    return load_scenario(
        f"name: own\nduration: 2h\n{more}plants:\n  - {{code: P, name: 示例厂, kind: sewage}}\n"
    )


@pytest.mark.parametrize(
    ("more", "wish", "begin_s", "hours"),
    [
        pytest.param("", Wish(1.0), 1_780_000_123, 2, id="live: now"),
        pytest.param("", Wish(None), LAST_HOUR_S - 2 * HOUR_S, 2, id="at once: ends now"),
        pytest.param("", Wish(60.0, hours=1), LAST_HOUR_S - HOUR_S, 1, id="fast, an hour"),
        pytest.param("start: '2026-01-01'\n", Wish(None), 1_767_196_800, 2, id="the scenario's"),
        pytest.param("", Wish(1.0, start="2026-01-01T08:00"), 1_767_225_600, 2, id="as asked for"),
    ],
)
def test_a_run_begins_where_it_is_wished(more: str, wish: Wish, begin_s: int, hours: int) -> None:
    span = span_of(scenario(more), wish, NOW_S)

    assert (span.begin_s, span.end_s - span.begin_s) == (begin_s, hours * HOUR_S)
    assert span.live is (wish.speed == 1)
    assert span.world_s % HOUR_S == 0
