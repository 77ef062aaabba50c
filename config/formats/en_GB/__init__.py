"""For British English, the language of the newsroom."""
