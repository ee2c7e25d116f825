"""A browser without a screen, from Debian packages: for tests of pages, and for pictures of them.

A folder of its own beside the servers', fetched when somebody asks for a browser and never before.
It must not know what is looked at.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from services.embedded.building import Progress, Recipe, built
from services.embedded.folders import ServerUser
from services.embedded.packages import Purpose

BROWSER = Purpose(
    "the browser", "Or name one of your own: QINGKONG_TEST_BROWSER=/usr/bin/chromium."
)
PROGRAM = "usr/lib/chromium/chromium-headless-shell"
PACKAGES = (
    *("chromium-headless-shell", "chromium-common", "fonts-wqy-microhei"),
    *("libasound2t64", "libasyncns0", "libatk1.0-0t64", "libatomic1", "libatspi2.0-0t64"),
    *("libblkid1", "libbrotli1", "libbz2-1.0", "libc6", "libcap2", "libdav1d7", "libdbus-1-3"),
    *("libdouble-conversion3", "libdrm2", "libexpat1", "libffi8", "libflac14", "libfontconfig1"),
    *("libfreetype6", "libgbm1", "libgcc-s1", "libglib2.0-0t64", "libgraphite2-3"),
    *("libharfbuzz-subset0", "libharfbuzz0b", "libjpeg62-turbo", "liblcms2-2", "libminizip1t64"),
    *("libmount1", "libmp3lame0", "libmpg123-0t64", "libnspr4", "libnss3", "libogg0"),
    *("libopenh264-8", "libopenjp2-7", "libopus0", "libpcre2-8-0", "libpng16-16t64", "libpulse0"),
    *("libselinux1", "libsndfile1", "libsqlite3-0", "libstdc++6", "libsystemd0", "libudev1"),
    *("libvorbis0a", "libvorbisenc2", "libx11-6", "libx11-xcb1", "libxau6", "libxcb1"),
    *("libxcomposite1", "libxdamage1", "libxdmcp6", "libxext6", "libxfixes3", "libxi6"),
    *("libxkbcommon0", "libxnvctrl0", "libxrandr2", "libxrender1", "libzstd1", "zlib1g"),
)
_FONTS = "fonts.conf"
# One font for everything, Chinese and Latin: pictures are the same wherever they are made.
_FONTS_TEXT = """\
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>{root}/usr/share/fonts</dir>
  <cachedir>{root}/font-cache</cachedir>
  <match target="pattern"><edit name="family" mode="append_last"><string>WenQuanYi Micro Hei</string></edit></match>
  <alias binding="strong"><family>monospace</family><prefer><family>WenQuanYi Micro Hei Mono</family></prefer></alias>
</fontconfig>
"""
RECIPE = Recipe(
    name="browser",
    edition="1",
    purpose=BROWSER,
    packages=PACKAGES,
    programs=(PROGRAM,),
    dropped=(
        *("usr/lib/chromium/libVk*", "usr/lib/chromium/chrome_*", "usr/lib/chromium/locales"),
        *("usr/lib/chromium/resources.pak", "usr/share/icons", "usr/share/applications"),
    ),
    strays=("libpulse.so.*",),
    beside=("pulseaudio",),
    written={_FONTS: _FONTS_TEXT},
)


@dataclass(frozen=True)
class Browser:
    """A program that speaks the DevTools protocol, and the environment that it wants."""

    program: Path
    environment: Mapping[str, str]


def prepared_browser(cache: Path, user: ServerUser, progress: Progress) -> Browser:
    """Give the browser under `cache`, downloading and building it when it is not there (123 MB are fetched).

    It has no sandbox of its own: show it your own pages alone. Raises EmbeddedError when a
    prerequisite is missing or the network fails.
    """
    root = built(RECIPE, cache, user, progress)
    return Browser(root / PROGRAM, {**os.environ, "FONTCONFIG_FILE": str(root / _FONTS)})
