"""Errors of a registry file: all at once, each with its place and what to do."""

import pytest

from services.cases.registering.document import parse_document
from services.cases.registering.yaml_text import read_yaml
from tests.fixtures.registry import TERSE


def places(text: str) -> list[tuple[int, int, str]]:
    return [(p.line, p.column, p.path) for p in parse_document(text).problems]


def test_the_terse_form_reads_with_its_defaults() -> None:
    parsed = parse_document(TERSE)

    assert parsed.document is not None
    device = parsed.document.plants[0].devices[0]
    assert device.mn[0].mn == "MN-A"
    assert device.commissioned_at.isoformat() == "2023-12-31T16:00:00+00:00"
    assert [channel.code for channel in device.channels] == ["a21026", "a19001"]


def test_codes_that_look_like_numbers_stay_as_they_are_written() -> None:
    parsed = parse_document(TERSE.replace("a21026, a19001", "011, 1e3, 0x10, yes"))

    assert parsed.document is not None
    channels = parsed.document.plants[0].devices[0].channels
    assert [channel.code for channel in channels] == ["011", "1e3", "0x10", "yes"]


WRONG = """\
plants:
  - code: P1
    names: 示例厂
    region: tongliao
    outlets:
      - {code: DA001, medium: gas, reference_oxygen: 30}
    devices:
      - mn: MN-A
        commissioned_at: yesterday
        channels:
          - a21026
          - {code: a19001, scale: nan, from: 2024-02-01, to: 2024-01-01}
"""


def test_all_errors_are_told_at_once_each_at_its_place() -> None:
    assert places(WRONG) == [
        (2, 5, "plants[0].name"),
        (3, 5, "plants[0].names"),
        (4, 5, "plants[0].region"),
        (6, 23, "plants[0].outlets[0].medium"),
        (6, 36, "plants[0].outlets[0].reference_oxygen"),
        (9, 9, "plants[0].devices[0].commissioned_at"),
        (12, 28, "plants[0].devices[0].channels[1].scale"),
    ]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        pytest.param("    names: x\n", "did you mean `name`?", id="misspelt field"),
        pytest.param("    longitude: east\n", "must be a number, not 'east'", id="no number"),
        pytest.param("    outlets: DA001\n", "must be a list", id="no list"),
        pytest.param("    outlets: [DA001]\n", "must have fields", id="no fields"),
        pytest.param("    code: P2\n", "stands here twice", id="doubled key"),
        pytest.param("    groups: [{code: G, needed: 1, facilities: F, serves: [X]}]\n",
                     "UNIT -> OUTLET", id="no way"),
    ],
)  # fmt: skip
def test_each_error_says_what_to_do(wrong: str, sentence: str) -> None:
    text = f"plants:\n  - code: P1\n    name: 示例\n    region: 1505\n{wrong}"

    [problem] = parse_document(text).problems

    assert sentence in problem.sentence
    assert problem.line == 5


def test_times_must_be_in_order() -> None:
    text = TERSE.replace("a19001", "{code: a19001, from: 2024-02-01, to: 2024-01-01}")

    [problem] = parse_document(text).problems

    assert "`to` must lie after `from`" in problem.sentence


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("plants: [", id="unclosed"),
        pytest.param("a: b: c", id="no mapping"),
        pytest.param("plants: *unknown", id="unknown anchor"),
        pytest.param("\0", id="binary"),
        pytest.param("[" * 5000, id="deep"),
        pytest.param("[" * 900 + "]" * 900, id="deep and closed"),
        pytest.param("plants: &a [*a]", id="an anchor in itself"),
        pytest.param("? [a, b]\n: c", id="a list as key"),
        pytest.param("- 1\n--- \n- 2", id="two documents"),
        pytest.param("just text", id="text"),
        pytest.param("plants: 3", id="number"),
        pytest.param('plants: [{code: "\\ud800"}]', id="half a character"),
    ],
)
def test_what_is_no_registry_file_is_a_problem_and_no_crash(text: str) -> None:
    parsed = parse_document(text)

    assert parsed.document is None
    assert parsed.problems


def test_anchors_may_be_shared_but_may_not_explode() -> None:
    bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12)
    )

    [problem] = read_yaml(bomb).problems

    assert "anchors" in problem.sentence


def test_an_anchor_saves_writing_the_codes_again() -> None:
    text = TERSE.replace("[a21026, a19001]", "&codes [a21026, a19001]")
    second = "  - {code: P2, name: 二, region: 1505, outlets: [{code: DA001, medium: air}],\n"
    second += "     devices: [{mn: MN-B, commissioned_at: 2024-01-01, channels: *codes}]}\n"

    parsed = parse_document(text + second)

    assert parsed.document is not None
    assert parsed.document.plants[1].devices[0].channels[1].code == "a19001"


def test_an_empty_file_is_an_empty_document() -> None:
    assert parse_document("# nothing\n").document is not None
