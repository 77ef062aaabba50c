"""Pages of the house itself: the first run, and passwords."""
