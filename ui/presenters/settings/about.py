"""The section "about": which till this is, which version runs, and what it does not claim."""

from __future__ import annotations

import posloyalty
from ui.presenters.form import Field, FieldKind
from ui.presenters.settings.section import Notice, NoticeKind, Section, SectionState


class AboutSection(Section):
    """Facts to read out on the telephone."""

    def opened(self, **arguments: object) -> None:
        """Show the facts of today."""
        self.tell()

    def tell(self) -> None:
        """Word the facts."""
        words, shop = self.session.words, self.session.shop

        def shown(name: str, code: str, value: str) -> Field:
            return Field(
                name=name, label=words(f"settings.{code}"), kind=FieldKind.SHOWN, value=value
            )

        facts = [shown("version", "about_version", posloyalty.__version__)]
        if shop is not None:
            facts += [
                shown("shop", "about_shop", f"{shop.name} · {shop.store_name}"),
                shown("till", "about_till", f"{shop.store_code}-{shop.till_code}"),
            ]
        facts.append(shown("licence", "about_licence", words("settings.about_licence_text")))
        self._show(
            SectionState(
                title=words("settings.section_about"),
                form=self.draft.form(facts, words),
                notices=(Notice(words("settings.about_fiscal"), NoticeKind.LOOK),),
            )
        )
