"""An index in the order of every list of posts, so that its first page sorts nothing."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("blog", "0014_related_posts")]

    operations = [
        migrations.AddIndex(
            model_name="post",
            index=models.Index(fields=["kind", "-published_at", "-id"], name="post_order"),
        ),
    ]
