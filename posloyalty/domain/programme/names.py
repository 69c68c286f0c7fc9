"""Names that a programme gives its things, in as many languages as its author wrote."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Names:
    """A name: `text` for everybody, and (language, text) pairs where there are several."""

    text: str
    languages: tuple[tuple[str, str], ...] = ()

    def in_language(self, language: str) -> str:
        """The name in a language, else the one for everybody."""
        for known, text in self.languages:
            if known == language:
                return text
        return self.text
