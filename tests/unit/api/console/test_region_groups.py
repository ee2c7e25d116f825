"""Many plants are drawn as the regions they lie in; few, and those of no region below, as themselves."""

from services.api.console.regions.drawn_map import Many, Placed
from services.api.console.regions.groups import MOST_DRAWN, gathered
from services.store.status_regions import RegionNode

NODES = {
    one.code: one
    for one in (
        RegionNode("15", "内蒙古", "Inner Mongolia", None, 400),
        RegionNode("1505", "通辽市", "Tongliao", "15", 200),
        RegionNode("150502", "科尔沁区", "Horqin", "1505", 200),
        RegionNode("1506", "鄂尔多斯市", "Ordos", "15", 200),
    )
}


def plants(number: int, region: str, word: str = "compliant") -> list[tuple[Placed, str]]:
    at = 100.0 + len(region)
    return [(Placed(f"{region}-{n}", "厂", word, at, 40.0 + n % 2), region) for n in range(number)]


def test_few_plants_are_drawn_one_by_one() -> None:
    some = plants(MOST_DRAWN, "150502")

    assert gathered(some, "15", NODES, "zh") == [one for one, _ in some]


def test_many_are_drawn_by_the_region_just_below_with_its_worst_word() -> None:
    some = [*plants(100, "150502"), *plants(2, "150502", "exceeding"), *plants(60, "1506")]

    found = gathered(some, "15", NODES, "zh")

    assert [(one.code, one.name, one.word, one.many) for one in found] == [
        ("1505", "通辽市", "exceeding", Many(102, 2)),
        ("1506", "鄂尔多斯市", "compliant", Many(60, 60)),
    ]
    assert found[0].latitude == 40.5


def test_plants_of_the_region_itself_stay_what_they_are() -> None:
    some = [*plants(MOST_DRAWN, "150502"), *plants(1, "15", "exceeding")]

    found = gathered(some, "15", NODES, "en")

    assert [(one.code, one.many is None) for one in found] == [("15-0", True), ("1505", False)]
    assert found[1].name == "Tongliao"


def test_where_no_region_lies_below_no_more_are_drawn_than_can_be_seen() -> None:
    found = gathered(plants(500, "150502"), "150502", NODES, "zh")

    assert len(found) == MOST_DRAWN
    assert all(one.many is None for one in found)
