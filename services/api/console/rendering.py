"""Pages made text: the templates with the words, times and numbers of one who looks at them.

It must not know any page, nor who may see what.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from typing import Final, Protocol, cast

from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from services.api.console import shown
from services.api.console.assets import Assets, read_assets
from services.api.console.shown import Lang
from services.api.console.words import word
from services.rules.catalogue_words import catalogue_said
from services.rules.clause_words import clause_said, law_said
from services.rules.source_words import source_said

LANGS: Final[tuple[Lang, ...]] = ("zh", "en")


class Law(Protocol):
    """Where a limit comes from."""

    @property
    def standard(self) -> str: ...
    @property
    def clause(self) -> str: ...


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
            "unit": _unit,
            "in_unit": _in_unit,
            "units_in": shown.units_in,
            "clause": _clause,
            "catalogued": _catalogued,
            "source": _source,
        },
    )
    return Console(read_assets(), templates)


@pass_context
def _unit(context: Context, written: str | None) -> str:
    return shown.unit(written, _lang(context))


@pass_context
def _in_unit(context: Context, number: str, written: str | None) -> str:
    return shown.in_unit(number, written, _lang(context))


@pass_context
def _clause(context: Context, stored: str) -> str:
    return clause_said(stored, _lang(context))


@pass_context
def _catalogued(context: Context, written: str) -> str:
    return catalogue_said(written, _lang(context))


@pass_context
def _source(context: Context, stored: str) -> str:
    return source_said(stored, _lang(context))


def _lang(context: Context) -> Lang:
    return "en" if context["lang"] == "en" else "zh"


def _said(lang: Lang, now: datetime) -> dict[str, object]:
    """What depends on who looks, and when."""

    def t(zh: str, en: str) -> str:
        return zh if lang == "zh" else en

    def named(vocabulary: str, value: object) -> str:
        return word(vocabulary, None if value is None else str(value), lang)

    def law(one: Law) -> str:
        return law_said(one.standard, one.clause, lang)

    return {
        "lang": lang,
        "now": now,
        "t": t,
        "word": named,
        "law": law,
        "lasting": partial(shown.lasting, lang=lang),
        "clock": partial(shown.clock, now=now),
    }
