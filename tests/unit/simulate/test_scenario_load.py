"""Reading scenario files: all errors at once, each with its path."""

import pytest

from services.simulate.scenario.load import ScenarioError, load_scenario, shipped, shipped_names

GOOD = """
name: good
plants:
  - {code: P, name: 示例, kind: waste_incineration}
  - {code: Q, name: 示例, kind: gas_heating, count: 3}
"""


def problems(text: str) -> list[tuple[str, str]]:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(text)
    return [(problem.path, problem.sentence) for problem in caught.value.problems]


def test_a_good_file_is_read() -> None:
    scenario = load_scenario(GOOD)

    assert [plant.code for plant in scenario.plants] == ["P", "Q"]


def test_all_that_is_wrong_is_told_at_once_with_its_place() -> None:
    found = problems(
        """
name: bad
duration: soon
plants:
  - {code: P, name: 示例, kind: brewery}
  - {code: Q, kind: steel, devices: [{code: D1, outlet: DA001, quirk: modbus}]}
"""
    )

    assert [path for path, _ in found] == [
        "duration",
        "plants[0].kind",
        "plants[1].devices[0].quirk",
        "plants[1].name",
    ]
    assert "2d 3h" in found[0][1]
    assert "coal_power" in found[1][1]
    assert "modbus_crc" in found[2][1]
    assert found[3][1] == "`name` is missing: add it"


def test_an_unknown_field_is_met_with_the_nearest_one() -> None:
    found = problems(GOOD.replace("count", "counts"))

    assert found == [("plants[1].counts", "there is no field `counts` here: did you mean `count`?")]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        pytest.param("{kind: ofline, subject: P/D1}", "did you mean `offline`?", id="incident"),
        pytest.param("{kind: party, subject: P/D1}", "is no `kind`: choose 'start_up'", id="far"),
        pytest.param("{kind: 7, subject: P/D1}", "7 is no `kind`: choose", id="no text"),
    ],
)
def test_a_misspelt_kind_is_met_with_the_nearest_one(text: str, meant: str) -> None:
    ((path, sentence),) = problems(f"{GOOD}\nincidents: [{text}]")

    assert path == "incidents[0].kind"
    assert meant in sentence
    assert "'garbling'" in sentence


def test_a_misspelt_quirk_is_met_with_the_nearest_one() -> None:
    device = "{code: D1, outlet: DA001, quirk: modbus_crcs}"

    ((_, sentence),) = problems(
        f"name: x\nplants: [{{code: P, name: 示例, kind: steel, devices: [{device}]}}]"
    )

    assert "did you mean `modbus_crc`?" in sentence


def test_a_region_and_a_seed_may_be_written_as_numbers() -> None:
    scenario = load_scenario(
        "name: x\nseed: 7\nplants: [{code: P, name: 示例, kind: sewage, region: 1505}]"
    )

    assert (scenario.seed, scenario.plants[0].region) == ("7", "1505")


@pytest.mark.parametrize("value", ["true", "1.5", "[1]"])
def test_other_values_are_no_seed(value: str) -> None:
    ((path, _),) = problems(f"{GOOD}\nseed: {value}")

    assert path == "seed"


@pytest.mark.parametrize(
    ("incident", "sentence"),
    [
        pytest.param("{kind: trip, subject: R/BF1}", "there is no plant R", id="no such plant"),
        pytest.param("{kind: trip, subject: P/W1}", "needs a facility", id="of another kind"),
        pytest.param("{kind: shutdown, subject: P/W9}", "there is W1, W2", id="no such unit"),
        pytest.param("{kind: stuck, subject: Q/D1}", "Q-00001", id="a plant in copies"),
    ],
)
def test_an_incident_of_nothing_is_refused_and_told_what_there_is(
    incident: str, sentence: str
) -> None:
    found = problems(f"{GOOD}\nincidents: [{incident}]")

    assert found[0][0] == "incidents[0].subject"
    assert sentence in found[0][1]


def test_a_logger_at_an_outlet_that_is_not_there_is_refused() -> None:
    found = problems(
        "name: x\nplants:\n"
        "  - {code: P, name: 示例, kind: sewage, devices: [{code: D1, outlet: DA001}]}"
    )

    assert found == [
        (
            "plants[0].devices[0].outlet",
            "no line of plant P leads to outlet DA001: there is DW001",
        )
    ]


def test_an_outlet_may_stand_for_its_main_logger() -> None:
    load_scenario(f"{GOOD}\nincidents: [{{kind: stuck, subject: P/DA002}}]")


@pytest.mark.parametrize("text", ["a: [", "- just\n- a list", ""])
def test_what_is_no_scenario_at_all_is_refused(text: str) -> None:
    assert problems(text)


def test_the_shipped_scenarios_are_found_by_name() -> None:
    assert {"province", "quirks-500", "small"} <= set(shipped_names())


def test_another_name_is_met_with_the_names_there_are() -> None:
    with pytest.raises(ValueError, match="province"):
        shipped("country")
