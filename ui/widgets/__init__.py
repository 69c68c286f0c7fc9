"""Building blocks of the screens: they paint tokens, tell what was pressed, and know no rules."""
