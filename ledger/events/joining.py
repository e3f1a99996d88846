"""The zero-width joiner and non-joiner (U+200D, U+200C): where they are orthography, and where only hidden.

RFC 5892, appendix A (CONTEXTJ), was written for the labels of host names. Titles and texts need somewhat more: Persian
sets a non-joiner after letters that do not join by themselves too, and a joiner at the end of an abbreviation; Bengali
sets a joiner before a virama; emoji are put together with joiners.
"""

from __future__ import annotations

import unicodedata

NON_JOINER, JOINER = "\u200c", "\u200d"
_VIRAMA = 9  # the canonical combining class of signs that take the vowel away
_PASSED_OVER = {"\ufe0f", *map(chr, range(0x1F3FB, 0x1F400))}  # emoji style, and the tones of skin

# Joining_Type of the Unicode Character Database, version 17.0: letters that join on both sides, to what follows them,
# and to what precedes them. Marks and format characters are transparent.
_BOTH = """620 626 628 62A-62E 633-63F 641-647 649-64A 66E-66F 678-687 69A-6BF 6C1-6C2 6CC 6CE 6D0-6D1 6FA-6FC 6FF
712-714 71A-71D 71F-727 729 72B 72D-72E 74E-758 75C-76A 76D-770 772 775-777 77A-77F 7CA-7EA 841-845 848 84A-853 855
860 862-865 868 886 889-88D 88F 8A0-8A9 8AF-8B0 8B3-8B8 8BA-8C8 1807 1820-1878 1887-18A8 18AA A840-A871 10AC0-10AC4
10AD3-10AD6 10AD8-10ADC 10ADE-10AE0 10AEB-10AEE 10B80 10B82 10B86-10B88 10B8A-10B8B 10B8D 10B90 10BAD-10BAE
10D01-10D21 10D23 10EC3-10EC4 10EC6-10EC7 10F30-10F32 10F34-10F44 10F51-10F53 10F70-10F73 10F76-10F81 10FB0
10FB2-10FB3 10FB8 10FBB-10FBC 10FBE-10FBF 10FC1 10FC4 10FCA 1E900-1E943"""
_TO_NEXT = "A872 10ACD 10AD7 10D00 10ED9-10EEE 10FCB"
_TO_PREVIOUS = """622-625 627 629 62F-632 648 671-673 675-677 688-699 6C0 6C3-6CB 6CD 6CF 6D2-6D3 6D5 6EE-6EF 710
715-719 71E 728 72A 72C 72F 74D 759-75B 76B-76C 771 773-774 778-779 840 846-847 849 854 856-858 867 869-86A 870-882
88E 8AA-8AC 8AE 8B1-8B2 8B9 10AC5 10AC7 10AC9-10ACA 10ACE-10AD2 10ADD 10AE1 10AE4 10AEF 10B81 10B83-10B85 10B89 10B8C
10B8E-10B8F 10B91 10BA9-10BAC 10D22 10EC2 10F33 10F54 10F74-10F75 10FB4-10FB6 10FB9-10FBA 10FBD 10FC2-10FC3 10FC9"""


def _characters(ranges: str) -> frozenset[str]:
    characters: set[str] = set()
    for span in ranges.split():
        first, _, last = span.partition("-")
        characters.update(map(chr, range(int(first, 16), int(last or first, 16) + 1)))
    return frozenset(characters)


BEFORE = _characters(_BOTH) | _characters(_TO_NEXT)  # join to what follows them
AFTER = _characters(_BOTH) | _characters(_TO_PREVIOUS)  # join to what precedes them
_LETTERS = BEFORE | AFTER


def in_place(text: str, at: int) -> bool:
    """Return whether the joiner or non-joiner at index `at` is orthography.

    Both after a virama; a non-joiner between two letters of scripts that join; a joiner beside one such letter, before
    a virama, or between two emoji.
    """
    if at and unicodedata.combining(text[at - 1]) == _VIRAMA:
        return True
    before, after = _next_to(text, at, -1), _next_to(text, at, 1)
    if text[at] == NON_JOINER:
        return before in _LETTERS and after in _LETTERS
    if text[at + 1 : at + 2] and unicodedata.combining(text[at + 1]) == _VIRAMA:
        return True
    return (before in BEFORE) != (after in AFTER) or _between_emoji(text, at)


def _next_to(text: str, at: int, step: int) -> str:
    """Return the nearest character on one side that is not transparent; empty at the end of the text."""
    at += step
    while 0 <= at < len(text) and _is_transparent(text[at]):
        at += step
    return text[at] if 0 <= at < len(text) else ""


def _is_transparent(char: str) -> bool:
    return unicodedata.category(char) in ("Mn", "Me", "Cf") and char not in (NON_JOINER, JOINER)


def _between_emoji(text: str, at: int) -> bool:
    before = at - 1
    while before >= 0 and text[before] in _PASSED_OVER:
        before -= 1
    return before >= 0 and _is_emoji(text[before]) and _is_emoji(text[at + 1 : at + 2])


def _is_emoji(char: str) -> bool:
    """Return whether a character is a pictograph: two of the arrows among them are symbols of mathematics too."""
    return bool(char) and (unicodedata.category(char) == "So" or char in "\u2194\u2195")
