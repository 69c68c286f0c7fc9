"""What was found and what differs, as sentences: file and line first, then what to do.

The words are those of area "scenario"; findings in programmes have theirs in area "programme", and
those of a shop's details in "refusal".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from posloyalty.domain.programme.finding import Finding, Path, written
from posloyalty.domain.programme.syntax import line_of
from posloyalty.scenario.seen import Difference

AREAS = ("scenario", "programme", "refusal")


class Wording(Protocol):
    """What is asked of `posloyalty.wording.Words`."""

    def __call__(self, code: str, /, **facts: object) -> str:
        """The message of a code with its facts filled in; KeyError when there is none."""
        ...


def difference_sentence(
    one: Difference, *, file: str, variant: str, lines: Mapping[Path, int], words: Wording
) -> str:
    """Where the file expects something else, and what it got."""
    text = words(f"scenario.{one.code}", **dict(one.facts))
    place = _placed(file, line_of(one.path, dict(lines)), written(one.path), words)
    if variant:
        place = words("scenario.IN_VARIANT", place=place, variant=variant)
    return words("scenario.SAID", place=place, text=text)


def finding_sentence(one: Finding, *, file: str, words: Wording) -> str:
    """What is wrong in a file, where, and what to do."""
    place = _placed(file, one.line, one.path, words)
    return words("scenario.SAID", place=place, text=_text(one, words))


def _text(one: Finding, words: Wording) -> str:
    for area in AREAS:
        try:
            return words(f"{area}.{one.code}", **dict(one.facts))
        except KeyError:
            continue
    return one.code


def _placed(file: str, line: int, path: str, words: Wording) -> str:
    if not line and not path:
        return file
    if not line:
        return words("scenario.AT_PATH", file=file, path=path)
    if not path:
        return words("scenario.AT_LINE", file=file, line=line)
    return words("scenario.AT_PLACE", file=file, line=line, path=path)
