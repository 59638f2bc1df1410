"""Lines of a return that say what others said are not looked at twice: what is found is the same as if they were."""

from __future__ import annotations

import io
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.files import whole_file
from pipelines.files.whole_file import look_at_text

HEADER = "annee;mois;service;code_index;faits_constates"
CELLS = st.sampled_from(
    ["2019", "3", "CGD CAHORS", "Jean", "DUPONT", "Jean DUPONT", "06 39 98 76 54", "", "12", "1234", '"Jean"', " Jean ",
     "<b>Jean", "né le 12/05/1980", "rue", "nom", "gendarmerie"]
)  # fmt: skip
LINES = st.lists(st.lists(CELLS, min_size=1, max_size=6), min_size=1, max_size=12)
ABOVE = st.integers(0, 14)


class Nothing(set):
    """A memory that keeps nothing."""

    def add(self, _: object) -> None:
        return


@settings(max_examples=200, deadline=None)
@given(lines=LINES, above=ABOVE, blank=st.booleans(), headers=st.booleans())
def test_what_is_found_does_not_depend_on_what_was_seen_before(lines, above, blank, headers):
    sound = "" if blank else "2019;3;CGD CAHORS;12;4"
    rows = [";".join(cells) for cells in lines]
    content = "\n".join([HEADER, *[sound] * above, *rows, *rows, ""]).encode()
    named = {"annee", "mois"} if headers else frozenset()
    with patch.object(whole_file, "_QUIET", Nothing()):
        careful = look_at_text(lambda: io.BytesIO(content), headers=named)
    with patch.object(whole_file, "_QUIET", set()):
        assert look_at_text(lambda: io.BytesIO(content), headers=named) == careful
        assert look_at_text(lambda: io.BytesIO(content), headers=named) == careful  # with all that it remembers


def test_a_person_far_below_many_lines_alike_is_found_where_it_stands():
    rows = ["2019;3;CGD CAHORS;12;4"] * 5_000 + ["2019;3;DUPONT;Jean;4", *["2019;3;CGD CAHORS;12;4"] * 10]
    found = look_at_text(lambda: io.BytesIO("\n".join([HEADER, *rows]).encode()))
    assert {d.ligne for d in found} == {5_002}
