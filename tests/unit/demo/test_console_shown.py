"""When the demo opens a browser, and when it had better not."""

from collections.abc import Mapping

import pytest

from services.demo.console_shown import answers, has_screen
from services.embedded.processes import free_port


@pytest.mark.parametrize(
    ("environ", "platform", "expected"),
    [
        pytest.param({"DISPLAY": ":0"}, "linux", True, id="a desktop"),
        pytest.param({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True, id="a newer desktop"),
        pytest.param({}, "linux", False, id="a container"),
        pytest.param({"DISPLAY": ":0", "SSH_CONNECTION": "a b"}, "linux", False, id="over ssh"),
        pytest.param({"DISPLAY": ":0", "CI": "true"}, "linux", False, id="in CI"),
        pytest.param({}, "darwin", True, id="a Mac"),
    ],
)
def test_a_browser_is_opened_where_there_is_a_screen(
    environ: Mapping[str, str], platform: str, *, expected: bool
) -> None:
    assert has_screen(environ, platform) is expected


def test_nothing_that_listens_is_no_answer() -> None:
    assert not answers(f"http://127.0.0.1:{free_port()}/console")
