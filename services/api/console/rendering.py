"""Pages made text: the templates with the words, times and numbers of one who looks at them.

It must not know any page, nor who may see what.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from typing import Final, cast

from jinja2 import Environment, PackageLoader, StrictUndefined

from services.api.console import shown
from services.api.console.assets import Assets, read_assets
from services.api.console.shown import Lang
from services.api.console.words import word

LANGS: Final[tuple[Lang, ...]] = ("zh", "en")


@dataclass(frozen=True)
class Console:
    """The templates and files of the console, read once."""

    assets: Assets
    templates: Environment

    def text(self, template: str, lang: Lang, now: datetime, values: Mapping[str, object]) -> str:
        """A template's text. `values` names what it shows. Raises jinja2.TemplateError."""
        return self.templates.get_template(template).render(
            {**_said(lang, now), "asset": self.assets.address, **values}
        )


@cache
def make_console() -> Console:
    """Read all files: once for a process, they come with the program."""
    templates = Environment(
        loader=PackageLoader("services.api.console"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters |= cast(
        "dict[str, Callable[..., object]]",
        {
            "moment": shown.moment,
            "second": shown.second,
            "day": shown.day,
            "iso": shown.iso,
            "figure": shown.figure,
            "share": shown.share,
            "multiple": shown.multiple,
        },
    )
    return Console(read_assets(), templates)


def _said(lang: Lang, now: datetime) -> dict[str, object]:
    """What depends on who looks, and when."""

    def t(zh: str, en: str) -> str:
        return zh if lang == "zh" else en

    def named(vocabulary: str, value: object) -> str:
        return word(vocabulary, None if value is None else str(value), lang)

    return {
        "lang": lang,
        "now": now,
        "t": t,
        "word": named,
        "lasting": partial(shown.lasting, lang=lang),
        "clock": partial(shown.clock, now=now),
    }
