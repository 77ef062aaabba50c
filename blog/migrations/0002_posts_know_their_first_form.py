from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0001_posts_and_their_words"),
    ]

    operations = [
        migrations.AddField(
            model_name="post",
            name="draft_key",
            field=models.UUIDField(editable=False, null=True, unique=True),
        ),
    ]
