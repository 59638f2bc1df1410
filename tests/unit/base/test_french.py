"""A text as it is shown: one line a case, what stays as it was included."""

from __future__ import annotations

import pytest

from pipelines.base.typography import french, french_page


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Quoi : rien ; et là ? Oui !", "Quoi\u00a0: rien\u202f; et là\u202f? Oui\u202f!"),
        ("« un mot »", "«\u00a0un mot\u00a0»"),
        ("1 234 567 faits, 12 345", "1\u202f234\u202f567 faits, 12\u202f345"),
        ("5 %, 1 200 k€, 3 Mio", "5\u202f%, 1\u202f200\u202fk€, 3\u202fMio"),
        ("l'état d'« un » jusqu'à aujourd'hui", "l’état d’«\u00a0un\u00a0» jusqu’à aujourd’hui"),
        ("le 1er janvier, la 1re fois, le 4e trimestre", "le 1ᵉʳ janvier, la 1ʳᵉ fois, le 4ᵉ trimestre"),
        ("de -5 à -3,5 (-2)", "de −5 à −3,5 (−2)"),
        ("2019-T4, 2025-02-15, 2019 100, 41e5a, 08:12", "2019-T4, 2025-02-15, 2019 100, 41e5a, 08:12"),
        ("vigie tolerate X 'Agent d'\"'\"'accueil'", "vigie tolerate X 'Agent d'\"'\"'accueil'"),
    ],
)
def test_a_text_is_set_once_for_all(typed: str, shown: str) -> None:
    assert french(typed) == shown
    assert french(shown) == shown


def test_a_page_is_set_but_what_is_typed_or_run() -> None:
    typed = '<p title="l&#39;a : b">l&#39;<b>état</b> : <code>x : &#39;y&#39;</code></p>'
    run = "<style>a : b</style><script>1 ? 2 : 3</script>"
    assert french_page(typed + run) == (
        '<p title="l’a\u00a0: b">l’<b>état</b>\u00a0: <code>x : &#39;y&#39;</code></p>' + run
    )
