"""`{% fragment %}`: an `{% include … only %}` whose HTML each process remembers."""

from __future__ import annotations

from typing import Any

from django import template

from blog.fragments import fragment as render_fragment

register = template.Library()


@register.simple_tag
def fragment(name: str, **values: Any) -> str:
    """Show a template that is given these values and nothing else; see `blog.fragments`.

    `{% fragment "blog/_share.html" version=version share=share %}`
    """
    return render_fragment(name, values)
