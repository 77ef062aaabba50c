"""Form fields for text that people type."""

from __future__ import annotations

from typing import Any

from django import forms

from blog.plaintext import normalise


class CleanCharField(forms.CharField):
    """Text without characters that nobody sees, so that it is safe on a page and in a feed."""

    def to_python(self, value: Any) -> str:
        """Return `value` in one spelling: NFC, no control characters, line ends only where shown."""
        text = normalise(value) if isinstance(value, str) else value
        if isinstance(text, str) and not isinstance(self.widget, forms.Textarea):
            text = text.replace("\n", " ")
        return super().to_python(text) or ""
