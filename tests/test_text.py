"""Text as it may stand: what is refused at entry, what is kept, and what is compared."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from idna.core import valid_contextj
from support.governing import decide, document, governed, rules

from ledger.application import Ledger
from ledger.documents.decision import read_decision
from ledger.errors import MalformedDocument
from ledger.events.joining import AFTER, BEFORE, in_place
from ledger.events.text import UnsoundText, Use, cleaned, comparable, faults, is_plain, shows, sound

NONCHARACTERS = [*range(0xFDD0, 0xFDF0), *(plane << 16 | low for plane in range(17) for low in (0xFFFE, 0xFFFF))]
USES = get_args(Use)
TEXTS = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from(
            "\u200c\u200d\u200e\u200f\u061c\u2066\u2067\u2068\u2069\u202e\ufe0f\u00ad\u200b\U000e0067\U000e007f"
        ),
        st.sampled_from("aé\u0301بر\u094dक\u200d👩⚕🏴 \n\t\u00a0"),
    ),
    max_size=12,
)


def title(text: str) -> str:
    """The title of a cluster as it is read from a document."""
    said = read_decision(document({"change": "retitle-cluster", "cluster": "care", "title": text}))
    return str(said.changes[0].change.normal()["title"])


@pytest.mark.parametrize("code", NONCHARACTERS)
def test_a_noncharacter_is_refused_with_its_code_and_place(code: int) -> None:
    with pytest.raises(MalformedDocument, match=rf"U\+{code:04X} at place 2, which is no character"):
        title(f"a{chr(code)}")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("ab\u202edc", "U\\+202E RIGHT-TO-LEFT OVERRIDE at place 3"),
        ("\u202adc", "U\\+202A LEFT-TO-RIGHT EMBEDDING at place 1"),
        ("a\u202c", "U\\+202C POP DIRECTIONAL FORMATTING at place 2"),
        ("a\u2067b", "U\\+2067 RIGHT-TO-LEFT ISOLATE at place 2, which is not closed"),
        ("a\u2069b", "U\\+2069 POP DIRECTIONAL ISOLATE at place 2, which closes nothing"),
        ("\u2066a\u2067b\u2069", "U\\+2066 LEFT-TO-RIGHT ISOLATE at place 1, which is not closed"),
        ("\u200b\u200b", "nothing that can be seen, only U\\+200B ZERO WIDTH SPACE"),
        ("\u3164", "nothing that can be seen, only U\\+3164 HANGUL FILLER"),
        ("\u2800", "nothing that can be seen"),
        ("\u200e", "nothing that can be seen"),
        ("\u200dab", "U\\+200D ZERO WIDTH JOINER at place 1, which cannot be seen there"),
        ("a\u200cb", "U\\+200C ZERO WIDTH NON-JOINER at place 2"),
        ("a\U000e0041", "U\\+E0041 TAG LATIN CAPITAL LETTER A at place 2, which hides text"),
        ("a\tb", "a line break or tab at place 2"),
        ("a\x07", "a control character, U\\+0007, at place 2"),
    ],
)
def test_what_nobody_sees_is_refused_with_its_name_and_place(text: str, says: str) -> None:
    with pytest.raises(MalformedDocument, match=says):
        title(text)


@pytest.mark.parametrize(
    "text",
    [
        "سازمان برنامه\u200cریزی",  # Persian
        "کشور\u200cهای",  # after a letter that does not join
        "۱۴۰۲ ه\u200d.ش",  # a Persian abbreviation
        "क्\u200dष",  # Hindi
        "ক্\u200cষ র\u200d্যাব",  # Bengali
        "👩\u200d⚕\ufe0f and 🏳\ufe0f\u200d🌈",  # emoji
        "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f England",
        "Straßen\u00adbau",  # a soft hyphen
        "A\u200e (משרד) \u200fB",
        "a \u2068משרד\u2069 b",
        "_x005F_",
        "_x0041_",
    ],
)
def test_orthography_is_kept(text: str) -> None:
    assert title(text) == text


@pytest.mark.parametrize("text", ["CM\u200e-1", "CM\u00a01", "CM\u200d1", "CM\u00ad1", "ه\u200d.ش", "\u2068CM\u2069"])
def test_a_reference_is_stricter_than_a_title(text: str) -> None:
    said = document({"change": "retitle-cluster", "cluster": "care", "title": "T"}, reference=text)
    with pytest.raises(MalformedDocument, match='"reference" .* which cannot be seen'):
        read_decision(said)


@given(TEXTS, st.sampled_from(USES))
def test_what_is_kept_is_kept_as_it_is_ever_after(text: str, use: Use) -> None:
    try:
        found = sound(text, use)
    except UnsoundText as error:
        assert str(error).isprintable()
        assert next(faults(unicodedata.normalize("NFC", text), use), None) or not shows(text)
        return
    assert sound(found, use) == found == unicodedata.normalize("NFC", found)
    assert not any(unicodedata.category(char) in ("Cs", "Cc") for char in found if char not in "\n\t")
    assert not set(found) & {chr(code) for code in [*NONCHARACTERS, *range(0x202A, 0x202F)]}
    assert all(line.count("\u2069") == sum(map(line.count, "\u2066\u2067\u2068")) for line in found.splitlines())
    assert not found or {unicodedata.category(char) for char in found} - {"Cc", "Cf", "Cs", "Zs", "Zl", "Zp"}
    assert use == "text" or len(found.splitlines()) <= 1


@given(TEXTS, st.sampled_from(USES))
def test_a_cleaned_text_can_be_kept(text: str, use: Use) -> None:
    found = cleaned(text, use)
    assert sound(found, use) == sound(sound(found, use), use)
    try:
        assert sound(text, use) == sound(found, use), "what needs no cleaning is left as it is"
    except UnsoundText:
        assert bool(found.strip()) or not text.strip()


@given(st.text(st.sampled_from("\u200c\u200dبرا\u064e\u094dकa\u0640\u07ca\u1820👩⚕"), min_size=1, max_size=8))
def test_joiners_are_kept_wherever_the_rules_for_host_names_keep_them(text: str) -> None:
    for at, char in enumerate(text):
        if char in "\u200c\u200d" and valid_contextj(text, at):
            assert in_place(text, at)


def test_the_letters_that_join_agree_with_their_presentation_forms() -> None:
    shapes: dict[str, set[str]] = {}
    for code in (*range(0xFB50, 0xFDFB), *range(0xFE70, 0xFEFD)):
        shape, *letters = unicodedata.decomposition(chr(code)).split() or [""]
        if len(letters) == 1:
            shapes.setdefault(chr(int(letters[0], 16)), set()).add(shape)
    assert len(shapes) > 70
    differing = {
        letter
        for letter, forms in shapes.items()
        if unicodedata.category(letter) == "Lo"
        and (letter in BEFORE, letter in AFTER) != ("<initial>" in forms, "<final>" in forms)
    }
    assert differing == {"\u06ba", "\u0677"}, "the letters of which Unicode has too few presentation forms"


def test_text_of_twenty_thousand_joiners_tags_or_marks_is_read_at_once() -> None:
    for text in ("ب" + "\u200d" * 19_999, "\U0001f3f4" + "\U000e0067" * 19_999, "ب" + "\u064e" * 19_998 + "\u200d"):
        assert len(cleaned(text, "text")) == len(text)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return governed(tmp_path)


def test_directional_marks_do_not_make_another_text(ledger: Ledger) -> None:
    retitled = {"change": "retitle-cluster", "cluster": "care", "title": "A (משרד)\u200e"}
    first = decide(ledger, retitled, authority="Council\u200f", reference="R-1")
    again = decide(ledger, {**retitled, "title": "A (משרד)"}, authority="Council", reference="R-1")
    assert again.already_recorded and again.positions == first.positions
    assert rules(ledger, {**retitled, "title": "\u200fA (משרד)"}) == ["changes-nothing"]
    assert comparable("\u200eA\u061c") == "A"


def test_a_plan_says_which_spaces_it_cut(ledger: Ledger) -> None:
    said = document({"change": "retitle-cluster", "cluster": "care", "title": "  Care for all "}, reference="R-1")
    (notice,) = [one for one in ledger.plan(said).notices if one.rule == "spaces-cut"]
    assert (notice.id, notice.found) == ("care", '"title" had spaces at its ends; it stands as "Care for all".')
    assert "spaces-cut" in [one.rule for one in ledger.record(said).notices]


@given(TEXTS, st.sampled_from(USES))
def test_a_text_that_is_passed_at_a_glance_has_no_fault(text: str, use: Use) -> None:
    found = unicodedata.normalize("NFC", text)
    assert not is_plain(found, use) or not list(faults(found, use))


def test_each_character_alone_is_judged_at_a_glance_as_by_a_look() -> None:
    for code in range(0x110000):
        for use in ("text", "term"):
            if is_plain(chr(code), use):
                assert not list(faults(chr(code), use)), hex(code)
