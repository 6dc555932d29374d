"""Words as a measure of text: what the shipped model makes of sentences written here."""

from __future__ import annotations

import pytest

from kg.restore.words import words


def test_a_sentence_is_cut_into_its_words() -> None:
    assert words().words("干部在村里修路") == ["干部", "在", "村里", "修路"]
    assert words().words("") == []


@pytest.mark.parametrize(("common", "odd"), [("修剪果树", "修剪果数"), ("入户走访", "入户走方")])
def test_what_is_made_of_common_words_is_likelier(common: str, odd: str) -> None:
    assert words().log(common) > words().log(odd) + 3


def test_what_is_no_word_at_all_is_unlikely_and_still_has_a_measure() -> None:
    assert -100 < words().log("\ue000\U0002ffff") < -20
