"""Members: enrolling and finding them, their households, and what is given by hand."""
