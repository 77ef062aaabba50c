"""The counts of reads, the marks of a day, and which Monday minutes were mailed."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("blog", "0001_posts_and_their_words"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Mark",
            fields=[
                ("mark", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("day", models.DateField(db_index=True)),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Minute",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "week",
                    models.DateField(help_text="The Monday that the week began with.", unique=True),
                ),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "verbose_name": "Monday minute",
                "verbose_name_plural": "Monday minute",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="MinuteChoice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_wanted", models.BooleanField()),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="monday_minute",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Reads",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("source", models.CharField(blank=True, max_length=100)),
                ("count", models.PositiveIntegerField()),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reads",
                        to="blog.post",
                    ),
                ),
            ],
            options={
                "verbose_name": "numbers",
                "verbose_name_plural": "numbers",
                "ordering": ["day", "post", "source"],
                "permissions": [("view_numbers", "Can see what is read, and from where")],
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("day", "post", "source"), name="one_count_of_reads"
                    )
                ],
            },
        ),
    ]
