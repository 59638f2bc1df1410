"""A service has one line a period in its list: whatever joins it by its name reads the line of the date."""

from __future__ import annotations

import re

from pipelines.settings import DBT_PROJECT

BY_NAME = re.compile(r"\b(\w+)\.service = \w+\.service\b")
LIST = re.compile(r"\{\{ ref\('services'\) \}\} as (\w+)")


def test_no_model_joins_the_list_of_services_by_name_without_a_date() -> None:
    folders = [DBT_PROJECT / "models", DBT_PROJECT / "analyses", DBT_PROJECT / "macros"]
    files = [file for folder in folders for file in folder.rglob("*.sql")]
    texts = {file.name: file.read_text(encoding="utf-8") for file in files}
    assert any(BY_NAME.search(text) and "int_services_en_vigueur" in text for text in texts.values())
    assert [n for n, text in texts.items() if set(BY_NAME.findall(text)) & set(LIST.findall(text))] == []
