from datetime import timedelta
from hashlib import blake2b
from zlib import crc32

from django.db import migrations
from django.utils import timezone

_AT_ONCE = 500
_DAYS = 30

# As `comments.spam.minhash` was at this time; what it becomes later changes nothing here.
_BANDS, _IN_A_BAND, _SHINGLE, _LETTERS, _SHORTEST = 12, 2, 5, 600, 30
_PRIME = 4_294_967_291


def number(said):
    return int.from_bytes(blake2b(said.encode(), digest_size=8).digest(), "big", signed=True)


_MIXINGS = [
    (number(f"factor {place}") % (_PRIME - 1) + 1, number(f"shift {place}") % _PRIME)
    for place in range(_BANDS * _IN_A_BAND)
]


def keys_of(text):
    """Return the keys by which near copies of a text are found; none for a short one."""
    said = " ".join(text[:_LETTERS].casefold().split())
    if len(said.encode("utf-8", "surrogatepass")) < _SHORTEST:
        return []
    runs = {said[at : at + _SHINGLE] for at in range(max(1, len(said) - _SHINGLE + 1))}
    marks = {crc32(run.encode("utf-8", "surrogatepass")) for run in runs}
    signed = tuple(
        min((factor * mark + shift) % _PRIME for mark in marks) for factor, shift in _MIXINGS
    )
    places = range(0, _BANDS * _IN_A_BAND, _IN_A_BAND)
    return [number(f"{band} {signed[at : at + _IN_A_BAND]}") for band, at in enumerate(places)]


def remember(apps, schema_editor):
    """Let what readers said in the last thirty days be found by its words."""
    comments, echoes = apps.get_model("comments", "Comment"), apps.get_model("comments", "Echo")
    since = timezone.now() - timedelta(days=_DAYS)
    recent = comments.objects.filter(created_at__gte=since, kind="comment", author=None, badge="")
    recent = recent.exclude(state="withdrawn").exclude(body="").order_by("pk")
    rows = []
    for number, body in recent.values_list("pk", "body").iterator(_AT_ONCE):
        rows += [echoes(comment_id=number, key=key) for key in keys_of(body)]
        if len(rows) >= _AT_ONCE:
            echoes.objects.bulk_create(rows, batch_size=_AT_ONCE)
            rows.clear()
    echoes.objects.bulk_create(rows, batch_size=_AT_ONCE)


def forget(apps, schema_editor):
    """Let nothing be found by its words any more."""
    apps.get_model("comments", "Echo").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0006_echoes_of_recent_comments"),
    ]

    operations = [migrations.RunPython(remember, forget)]
