"""The peer: a blog with comments as Django's own tutorial would have it, to measure ours against."""
