"""Public pages, kept as they were made until something they show changes.

`saying` is what a view says of its page, `shown` which tables pages show, `numbers` what has changed
since, `shelf` and `memory` where pages are kept, `front` the WSGI application that answers from them.
"""
