"""A schematic map shows how plants lie to each other, with names where there is room."""

from hypothesis import given
from hypothesis import strategies as st

from services.api.console.regions.drawn_map import HEIGHT, WIDTH, Dot, Many, Placed, drawn

DEGREES = st.tuples(st.floats(97, 126.1), st.floats(37.4, 53.4))


def plant(code: str, longitude: float, latitude: float, name: str = "示例厂") -> Placed:
    return Placed(code, name, "compliant", longitude, latitude)


def dots(*plants: Placed) -> dict[str, Dot]:
    found = drawn(plants)
    assert found is not None
    return {one.code: one for one in found.dots}


def test_without_places_nothing_is_drawn() -> None:
    assert drawn([]) is None


def test_north_is_above_and_east_is_right() -> None:
    found = dots(plant("SW", 107.0, 40.0), plant("NE", 119.0, 49.0))

    assert found["SW"].x < found["NE"].x
    assert found["SW"].y > found["NE"].y


def test_a_single_plant_stands_in_the_middle() -> None:
    [one] = dots(plant("A", 111.6, 40.8)).values()

    assert (one.x, one.y) == (WIDTH / 2, HEIGHT / 2)


def test_a_degree_of_longitude_is_shorter_than_one_of_latitude() -> None:
    found = dots(plant("A", 110, 40), plant("E", 111, 40), plant("N", 110, 41))

    east, north = found["E"].x - found["A"].x, found["A"].y - found["N"].y
    assert 0.7 < east / north < 0.8


def test_two_plants_at_one_place_do_not_write_over_each_other() -> None:
    found = dots(plant("A", 110, 40), plant("B", 110, 40))

    labels = [one.label for one in found.values() if one.label is not None]
    assert len(set(labels)) == len(labels)
    assert found["A"].label is not None


def test_the_grid_names_its_degrees() -> None:
    found = drawn([plant("A", 107, 40), plant("B", 119, 49)])

    assert found is not None
    assert "110°E" in [one.text for one in found.meridians]
    assert "45°N" in [one.text for one in found.parallels]
    assert len(found.meridians) + len(found.parallels) <= 16


@given(st.lists(DEGREES, min_size=1, max_size=40))
def test_every_plant_lies_within_the_drawing(places: list[tuple[float, float]]) -> None:
    plants = [plant(str(at), *place) for at, place in enumerate(places)]

    found = drawn(plants)

    assert found is not None
    assert len(found.dots) == len(places)
    assert all(0 <= one.x <= WIDTH and 0 <= one.y <= HEIGHT for one in found.dots)


def test_the_plants_of_a_region_are_labelled_by_how_many_stand_so() -> None:
    one = plant("1505", 122, 43, "通辽市")._replace(many=Many(83, 4))

    [dot] = dots(one).values()

    assert dot.many == Many(83, 4)
    assert dot.label is not None
