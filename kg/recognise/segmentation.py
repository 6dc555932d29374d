"""A user's own segmentation model of spacy-pkuseg, as a source of words for the model's features."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from kg.errors import SettingsError
from kg.recognise.features import Cut


@cache
def segmenter(path: str) -> Cut:
    """The function that cuts a text into words by the model in the folder ``path``. Raises ``SettingsError`` where
    there is none, or one that cannot be read."""
    if not Path(path).is_dir():
        raise SettingsError(path, "holds no segmentation model", "name the folder of a model of spacy-pkuseg")
    try:
        import spacy_pkuseg

        return spacy_pkuseg.pkuseg(model_name=path).cut  # type: ignore[no-any-return]
    except Exception as error:  # its reader raises whatever the damaged file makes it
        reason = " ".join(str(error).split())[:120]
        raise SettingsError(
            path, f"holds a segmentation model that cannot be read ({reason})", "fetch the model again"
        ) from error
