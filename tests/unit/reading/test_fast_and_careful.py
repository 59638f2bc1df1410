"""A file is read the same whichever way its columns are judged: by what their bytes exclude, or value by value."""

from __future__ import annotations

import datetime as dt
import hashlib
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.base.coded import coded
from pipelines.catalogue.load import load_catalogue
from pipelines.home import raw
from pipelines.reading import fingerprints, types
from pipelines.reading.parse import parse_file
from pipelines.reading.verdict import Limits

CATALOGUE = load_catalogue()
LIMITS = Limits(max_expansion_mib=64, max_cells=100_000, today=dt.date(2025, 2, 15))
VEHICLES = "Num_Acc;id_vehicule;num_veh;senc;catv;obs;obsm;choc;manv;motor;occutc"
ACCIDENTS = "Num_Acc,an,mois,jour,hrmn,lum,agg,int,atm,col,com,adr,gps,lat,long,dep"
RETURN = (
    "edition;annee;mois;code_departement;force;service;code_index;faits_constates;faits_elucides;mis_en_cause;"
    "mis_en_cause_mineurs;faits_vif"
)


def vehicles(i: int) -> list[str]:
    number = f"137 0{i:02d} 46{i % 10}".replace(" ", "\u00a0")
    return [f"2019{i:08d}", number, "A01", "1", "7", "0", "2", str(i % 9), "1", "1", ""]


def accidents(i: int) -> list[str]:
    return [f"2017{i:08d}", "17", str(1 + i % 12), str(1 + i % 28), "1830", "1", "1", "1", "1", "3", "042", "rue Émile",
            "M", "4445000", "0144000", "460"]  # fmt: skip


def returned(i: int) -> list[str]:
    return ["1", "2019", "3", "46", "gendarmerie", "CGD CAHORS", str(1 + i), str(i), "0", "1", "0", ""]


SHAPES = {"vehicules-2019.csv": (VEHICLES, vehicles), "caracteristiques-2017.csv": (ACCIDENTS, accidents),
          "retour.csv": (RETURN, returned)}  # fmt: skip
# What people, spreadsheets and transfers put in a cell.
KNOWN_CELLS = """
1 234|1 2|1.000|12,0|12.5|2,023E+11|NC|-1|0|00|99999999|=1+1|"7"|"|a;b|a,b|201900000001|Cahors|2A
""".strip().split("|")
CELLS = st.one_of(
    st.sampled_from([*KNOWN_CELLS, "", " ", "\t7", "7\u202f", "\u00a0", "e\u0301", "7\x1f", "\x01", "x\ufeff"]),
    st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), max_size=6),
)
LINES = st.sampled_from(["drop", "double", "swap", "blank", "cut"])
DAMAGE = st.lists(
    st.one_of(
        st.tuples(st.just("cell"), st.integers(0, 39), st.integers(0, 15), CELLS),
        st.tuples(LINES, st.integers(0, 39), st.just(0), st.just("")),
    ),
    max_size=3,
)


def written(name: str, damage: list[tuple[str, int, int, str]]) -> bytes:
    header, row = SHAPES[name]
    mark = ";" if ";" in header else ","
    rows = [row(i) for i in range(40)]
    for what, i, j, cell in damage:
        i = min(i, len(rows) - 1)
        if what == "cell":
            rows[i][j % max(1, len(rows[i]))] = cell
        elif what == "drop":
            del rows[i]
        elif what == "double":
            rows.insert(i, list(rows[i]))
        elif what == "swap":
            rows[0], rows[i] = rows[i], rows[0]
        elif what == "blank":
            rows[i] = [""]
        else:
            rows = rows[: i + 1]
            rows[-1] = rows[-1][: len(rows[-1]) // 2]
    return "\n".join([header, *(mark.join(r) for r in rows), ""]).encode()


def read(name: str, content: bytes, careful: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    """(verdict, rows by table), with every short cut taken or none."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        stack.enter_context(patch.object(types, "MANY", 10**9 if careful else 1))
        stack.enter_context(patch.object(raw, "_MOST_CODES", 10**9 if careful else 2))
        if careful:
            stack.enter_context(patch.object(fingerprints, "order_by_codes", lambda columns, slices: None))
        file, drafts = Path(folder) / name, Path(folder) / "brut"
        file.write_bytes(content)
        verdict = parse_file(file, "0123456789ab", drafts, CATALOGUE, LIMITS, name=name)
        tables = {str(f.relative_to(drafts)): pq.ParquetFile(f).read().to_pylist() for f in drafts.rglob("*.parquet")}
        return verdict.as_json(), tables


@settings(max_examples=150, deadline=None)
@given(name=st.sampled_from(sorted(SHAPES)), damage=DAMAGE)
def test_a_file_sound_or_damaged_is_read_the_same_both_ways(name, damage):
    content = written(name, damage)
    assert read(name, content, careful=False) == read(name, content, careful=True)


def test_the_sound_files_of_these_shapes_are_accepted():
    # Otherwise the property would only compare refusals.
    for name in ("vehicules-2019.csv", "caracteristiques-2017.csv"):
        verdict, tables = read(name, written(name, []), careful=False)
        assert not verdict["defects"]
        assert [len(rows) for rows in tables.values()] == [40]


TEXTS = st.one_of(st.none(), st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=4))
ROWS = st.lists(st.tuples(st.integers(0, 2), st.sampled_from(["1", "2", "10", None]), TEXTS), min_size=1, max_size=30)


@given(rows=ROWS)
def test_a_fingerprint_is_the_digest_of_the_lines_in_the_order_of_their_texts(rows):
    numbers = sorted({r[0] for r in rows})
    slices = np.array([numbers.index(r[0]) for r in rows])
    columns = {
        "b": coded(pa.array([r[2] for r in rows], pa.string())),
        "a": coded(pa.array([r[1] for r in rows], pa.string())),
    }
    found = fingerprints.fingerprints(columns, slices, np.bincount(slices))
    for i, number in enumerate(numbers):
        lines = ["\x1f".join("\x00" if cell is None else cell for cell in r[1:]) for r in rows if r[0] == number]
        assert found[i].digest == hashlib.sha256("\x1e".join(sorted(lines)).encode()).hexdigest()
        first = rows[found[i].first]
        assert "\x1f".join("\x00" if cell is None else cell for cell in first[1:]) == min(lines)


@given(rows=ROWS)
def test_codes_tell_the_order_of_texts_or_say_that_they_do_not(rows):
    slices = np.array([r[0] for r in rows])
    columns = [coded(pa.array([r[i] for r in rows], pa.string())) for i in (1, 2)]
    order = fingerprints.order_by_codes(columns, slices)
    if any(sign <= "\x1f" for r in rows for sign in r[2] or ""):
        assert order is None
    else:
        assert [rows[i] for i in order] == [rows[i] for i in fingerprints.order_by_texts(columns, slices)]


def test_digests_do_not_depend_on_how_many_lines_are_made_at_once():
    columns = {
        "a": coded(pa.array([str(i % 7) for i in range(100)])),
        "b": coded(pa.array([str(i) for i in range(100)])),
    }
    slices, sizes = np.repeat([0, 1, 2], [33, 34, 33]), np.array([33, 34, 33])
    whole = fingerprints.fingerprints(columns, slices, sizes)
    for at_once in (1, 2, 33, 67, 99):
        with patch.object(fingerprints, "_AT_ONCE", at_once):
            assert fingerprints.fingerprints(columns, slices, sizes) == whole
