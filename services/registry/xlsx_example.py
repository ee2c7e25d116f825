"""The shipped example: its text, and its plain values, which a workbook is written from."""

from importlib.resources import files
from typing import cast

import yaml

from services.cases.registering.xlsx_entries import Fields


def example_text() -> str:
    """The example in YAML, with its comments."""
    return (files("services.registry") / "example.yaml").read_text(encoding="utf-8")


def example_fields() -> Fields:
    """The example as plain values."""
    return cast("Fields", yaml.safe_load(example_text()))
