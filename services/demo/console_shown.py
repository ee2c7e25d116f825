"""Whether the console answers by now, and whether there is a screen to show it on."""

import http.client
import sys
from collections.abc import Mapping
from urllib.parse import urlsplit

_TIMEOUT_S = 2.0


def answers(address: str) -> bool:
    """Whether a page is served there, whatever it says."""
    place = urlsplit(address)
    connection = http.client.HTTPConnection(str(place.hostname), place.port, timeout=_TIMEOUT_S)
    try:
        connection.request("GET", place.path)
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def has_screen(environ: Mapping[str, str], platform: str = sys.platform) -> bool:
    """Whether a browser would have a window: over ssh, in a container or in CI it has none.

    Without one Python would open a browser for text in the very terminal that shows the demo.
    """
    if environ.get("CI") or environ.get("SSH_CONNECTION"):
        return False
    windows = ("DISPLAY", "WAYLAND_DISPLAY")
    return not platform.startswith("linux") or any(environ.get(name) for name in windows)
