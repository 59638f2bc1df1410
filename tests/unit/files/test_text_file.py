"""The text of a file is the same whether its bytes are taken as they are, decoded whole, or read in blocks."""

from __future__ import annotations

import codecs
import io
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.base.refusal import Refused
from pipelines.files import text_file
from pipelines.files.text_file import open_text
from pipelines.files.wholeness import check_end

WORDS = st.text(st.sampled_from("a;,é€\u00a0\n\r0"), min_size=1, max_size=60).map(lambda text: "tête;2" + text)


def blocks(content: bytes) -> list[bytes]:
    return [*open_text(lambda: io.BytesIO(content), "démonstration").blocks()]


def plain(text: str) -> bytes:
    return text.replace("\r\n", "\n").replace("\r", "\n").encode()


@given(text=WORDS, mark=st.booleans(), block=st.integers(6, 40))
def test_utf8_is_cut_in_blocks_of_whole_lines(text, mark, block):
    content = codecs.BOM_UTF8 * mark + text.encode()
    assert b"".join(blocks(content)) == plain(text)
    with patch.object(text_file, "_WHOLE", 0), patch.object(text_file, "BLOCK", block):
        found = blocks(content)
    assert b"".join(found) == plain(text)
    assert all(b.endswith(b"\n") for b in found[:-1])


@given(text=WORDS, block=st.integers(6, 40))
def test_windows_1252_is_read_for_what_it_says(text, block):
    content = ("é\n" + text).encode("cp1252")  # an é before a line end is no UTF-8
    assert b"".join(blocks(content)) == plain("é\n" + text)
    with patch.object(text_file, "_WHOLE", 0), patch.object(text_file, "BLOCK", block):
        assert b"".join(blocks(content)) == plain("é\n" + text)


@pytest.mark.parametrize("chunk", [1, 2, 3, 1 << 20])
def test_a_sign_that_is_not_utf8_is_found_far_behind_ascii(chunk):
    content = b"a;b\n" + b"1;2\n" * 50 + "é".encode("cp1252") + b";2\n"
    with patch.object(text_file, "_WHOLE", 0), patch.object(text_file, "_CHUNK", chunk):
        assert open_text(lambda: io.BytesIO(content), "démonstration").encoding == "cp1252"
    with patch.object(text_file, "_WHOLE", 0), patch.object(text_file, "_CHUNK", chunk):
        cut = b"a;b\n" + b"1;2\n" * 50 + "é".encode()[:1]
        assert open_text(lambda: io.BytesIO(cut), "démonstration").encoding == "cp1252"


def test_the_head_of_a_held_file_is_read_however_long_its_lines_are():
    header = ";".join(["colonne" * 40] * 10_000)
    file = open_text(lambda: io.BytesIO(f"\n{header}\n1\n".encode()), "démonstration")
    assert file.head == ("", header, "1")


@pytest.mark.parametrize("lines", [10, 4_998, 4_999, 5_000, 5_001, 5_002, 9_000])
@pytest.mark.parametrize("header", [0, 1])
def test_a_long_file_that_stops_in_its_last_line_is_cut(lines, header):
    block = b"nom;valeur\n" * header + b"a;12\n" * lines
    check_end(block, ";", lines, header)
    check_end(block + b"a;12", ";", lines + 1, header)
    with pytest.raises(Refused) as refused:
        check_end(block + b"a;1", ";", lines + 1, header)
    assert [(d.code, d.ligne) for d in refused.value.defects] == [("fichier_coupe", lines + 1)]
