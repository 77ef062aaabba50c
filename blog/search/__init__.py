"""Finding posts, pages and comments by their words."""
