"""The words of a scenario file."""

import json

import pytest
from pydantic import ValidationError

from schemas.scenario import Plant, Scenario, Stage, scenario_schema, subject_kind
from schemas.scenario_incident import RULES, Details, Incident, Rates
from schemas.scenario_words import When, Window, seconds, when

Fields = dict[str, object]
PLANT: Fields = {"code": "P", "name": "示例", "kind": "steel"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("90s", 90, id="seconds"),
        pytest.param("15min", 900, id="minutes"),
        pytest.param("15m", 900, id="short minutes"),
        pytest.param("2d 3h", 183_600, id="two parts"),
        pytest.param("1.5h", 5_400, id="a fraction"),
        pytest.param("1h30min", 5_400, id="without a blank"),
        pytest.param(40, 40, id="a number as it is"),
    ],
)
def test_a_duration_is_read_as_people_write_it(text: str, expected: object) -> None:
    assert seconds(text) == expected


@pytest.mark.parametrize("text", ["", "soon", "3 weeks", "3h and more", "h", "-2h", "3hours"])
def test_another_text_is_no_duration_and_the_error_shows_the_form(text: str) -> None:
    with pytest.raises(ValueError, match="2d 3h"):
        seconds(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("2d", When(offset_s=172_800), id="an offset"),
        pytest.param(60, When(offset_s=60), id="seconds"),
        pytest.param(
            "22:00-06:00", When(window=Window(begin_min=1320, end_min=360)), id="a daily window"
        ),
        pytest.param(
            "3d 08:00-24:00",
            When(offset_s=259_200, window=Window(begin_min=480, end_min=1440)),
            id="a window from the fourth day on",
        ),
    ],
)
def test_a_beginning_is_an_offset_or_a_daily_window_or_both(text: str, expected: object) -> None:
    assert When.model_validate(when(text)) == expected


@pytest.mark.parametrize("text", ["25:00-06:00", "22:61-06:00"])
def test_a_window_with_no_time_of_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no time of day"):
        when(text)


@pytest.mark.parametrize(
    ("begin", "end", "expected"),
    [
        pytest.param(1320, 360, 8, id="over midnight"),
        pytest.param(480, 1080, 10, id="in the day"),
        pytest.param(0, 0, 24, id="all day"),
    ],
)
def test_a_window_knows_how_long_it_is(begin: int, end: int, expected: int) -> None:
    window = Window(begin_min=begin, end_min=end)

    assert window.length_s == expected * 3600


def test_a_scenario_needs_little_more_than_a_plant() -> None:
    scenario = Scenario.model_validate({"name": "x", "plants": [PLANT]})

    assert scenario.duration == 7 * 86_400
    assert scenario.defaults.realtime_s == 30
    assert scenario.start is None


def test_a_start_without_an_offset_is_beijing_time() -> None:
    scenario = Scenario.model_validate({"name": "x", "start": "2026-01-15", "plants": [PLANT]})

    assert scenario.start is not None
    assert scenario.start.isoformat() == "2026-01-14T16:00:00+00:00"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        pytest.param({"name": "真实电厂"}, "示例", id="a name that could be a real plant's"),
        pytest.param({"kind": "brewery"}, "coal_power", id="an unknown kind"),
        pytest.param({"units": [{"code": "B1", "process": "kiln"}]}, "together", id="no lines"),
        pytest.param({"count": 0}, "greater than", id="no copy"),
        pytest.param({"colour": "red"}, "not permitted", id="an unknown field"),
    ],
)
def test_a_wrong_plant_is_refused_with_a_sentence(changes: Fields, sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        Plant.model_validate(PLANT | changes)


def own_layout(**changes: object) -> Plant:
    layout: Fields = {
        "units": [{"code": "B1", "process": "coal_boiler"}],
        "lines": [
            {
                "units": "B1",
                "through": [{"code": "G", "treatment": "bag_filter", "facilities": "BF1"}],
                "to": "DA001",
            }
        ],
    }
    return Plant.model_validate(PLANT | layout | changes)


def test_a_single_code_stands_for_a_list_of_one() -> None:
    plant = own_layout()

    assert plant.lines[0].units == ("B1",)
    assert plant.lines[0].through[0].facilities == ("BF1",)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        pytest.param({"lines": [{"units": "B9", "to": "DA001"}]}, "B9", id="an unknown unit"),
        pytest.param({"devices": [{"code": "D1", "outlet": "X"}]}, "no line leads", id="nowhere"),
        pytest.param({"devices": [{"code": "B1", "outlet": "DA001"}]}, "two things", id="doubled"),
        pytest.param({"size": 2}, "leave it out", id="size beside lines"),
    ],
)
def test_a_layout_that_does_not_hold_together_is_refused(changes: Fields, sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        own_layout(**changes)


def test_a_stage_that_stands_twice_must_be_the_same() -> None:
    stage = {"code": "G", "treatment": "bag_filter", "facilities": ["F1", "F2"]}
    lines = [
        {"units": "B1", "through": [stage], "to": "DA001"},
        {"units": "B1", "through": [stage | {"needed": 1}], "to": "DA002"},
    ]

    with pytest.raises(ValidationError, match="stage G stands twice"):
        own_layout(lines=lines)


def test_more_facilities_than_there_are_cannot_be_needed() -> None:
    with pytest.raises(ValidationError, match="3 of 2 can never run"):
        Stage(code="G", treatment="bag_filter", facilities=("F1", "F2"), needed=3)


def test_two_plants_of_one_code_are_refused() -> None:
    with pytest.raises(ValidationError, match="plant P stands twice"):
        Scenario.model_validate({"name": "x", "plants": [PLANT, PLANT]})


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        pytest.param({"kind": "clipping"}, "needs `details", id="clipping without a limit"),
        pytest.param({"kind": "trip", "details": {"limit": 3}}, "does not take", id="trip, limit"),
        pytest.param({"kind": "trip", "subject": "P"}, "match pattern", id="a plant alone"),
        pytest.param(
            {"kind": "ineffective", "details": {"factor": -0.2}}, "below 0", id="below nothing"
        ),
        pytest.param(
            {"kind": "trip", "from": "22:00-06:00", "total": "3h"}, "daily window", id="both"
        ),
    ],
)
def test_a_wrong_incident_is_refused_with_a_sentence(fields: Fields, sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        Incident.model_validate({"subject": "P/X"} | fields)


@pytest.mark.parametrize("word", ["from", "at"])
def test_an_incident_begins_from_or_at(word: str) -> None:
    incident = Incident.model_validate({"kind": "trip", "subject": "P/F1", word: "3h", "for": "1h"})

    assert incident.begin.offset_s == 10_800
    assert incident.lasts == 3_600


def test_every_detail_belongs_to_a_kind() -> None:
    taken = {name for rule in RULES.values() for name in rule.takes}

    assert taken == Details.model_fields.keys()


def test_every_rate_is_of_a_kind_that_is_honest() -> None:
    assert Rates.model_fields.keys() <= RULES.keys()
    assert all(RULES[kind].honest for kind in RULES if kind in Rates.model_fields)


def test_the_dishonest_kinds_are_told_from_the_others() -> None:
    dishonest = {kind for kind, rule in RULES.items() if not rule.honest}

    assert dishonest == {
        "off_at_night",
        "facility_off_at_night",
        "constant_values",
        "clipping",
        "replayed_days",
        "oxygen_dilution",
        "declared_stopped",
    }


def test_a_kind_says_of_what_it_happens() -> None:
    incident = Incident.model_validate({"kind": "banking", "subject": "P/B1"})

    assert subject_kind(incident) == "unit"


def test_the_published_schema_says_from_and_for_and_describes_its_fields() -> None:
    schema = json.dumps(scenario_schema(), ensure_ascii=False)

    for word in ('"from"', '"for"', '"total"', "示例", "22:00-06:00"):
        assert word in schema
    assert '"begin"' not in schema
    assert '"lasts"' not in schema
