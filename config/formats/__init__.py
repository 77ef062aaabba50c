"""How dates and times are written, where they differ from Django's own."""
