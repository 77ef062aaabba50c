"""Public pages, kept as they were made until something they show changes.

`saying` is what a view says of its page, `shown` which tables pages show, `numbers` what has changed
since, `shelf` and `memory` where pages are kept, `front` the WSGI application that answers from them.

On PostgreSQL `mirror` keeps the numbers in a file of each machine: `line` hears, `tally` writes,
`trust` tells whether anybody relies on them. `edge` tells a cache in front, and `sweeping` overwrites what
does not hold any more.
docs/decisions/0037-page-store.md says why it is never wrong.
"""
