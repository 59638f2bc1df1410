"""A service has one line a period in its list: whatever joins it by its name reads the line of the date."""

from __future__ import annotations

import re

from pipelines.settings.model import DBT_PROJECT

# A join with the list itself, and what it is joined on.
JOINED = re.compile(
    r"\{\{ ref\('services'\) \}\} as (\w+)\s+on (.*?)"
    r"(?=\b(?:left|inner|cross|full) join\b|\bwhere\b|\bgroup by\b|\bunion\b|\n\))",
    re.DOTALL,
)


def by_name(sql: str) -> list[str]:
    return [alias for alias, on in JOINED.findall(sql) if f"{alias}.service =" in on]


def test_no_model_joins_the_list_of_services_by_name_without_a_date() -> None:
    files = [file for folder in ("models", "analyses", "macros") for file in (DBT_PROJECT / folder).rglob("*.sql")]
    assert len(files) > 100
    assert [file.name for file in files if by_name(file.read_text(encoding="utf-8"))] == []


def test_such_a_join_is_seen() -> None:
    assert by_name(
        "from t\n    inner join {{ ref('services') }} as s\n"
        "        on s.code_departement = t.code_departement and s.service = t.service\n    where t.faits > 0"
    ) == ["s"]
