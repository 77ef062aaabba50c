"""Posts that are about the same thing, found by their words; never computed while a reader waits."""
