from datetime import timedelta

from django.db import migrations
from django.utils import timezone

from comments.spam.minhash import keys_of

_AT_ONCE = 500
_DAYS = 30


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
