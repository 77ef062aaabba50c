"""The desk where people decide about comments: Django's list of comments, drawn as cards."""
