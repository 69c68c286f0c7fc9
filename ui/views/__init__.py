"""The views: widgets that show a presenter's state and pass on what was pressed. No rules."""
