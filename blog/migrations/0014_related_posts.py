"""Words that tell posts apart, and which posts are near each other by them."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0013_answers_and_languages"),
    ]

    operations = [
        migrations.CreateModel(
            name="NearPost",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "nearness",
                    models.PositiveSmallIntegerField(
                        help_text="1 to 1000; 1000 is the same words."
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="near_to",
                        to="blog.post",
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="near_posts",
                        to="blog.post",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("post", "other"), name="near_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="TellingWords",
            fields=[
                (
                    "post",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="telling_words",
                        serialize=False,
                        to="blog.post",
                    ),
                ),
                ("words", models.JSONField()),
                ("is_compared", models.BooleanField(default=False)),
                (
                    "rendering",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="blog.rendering",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_compared", False)),
                        fields=["post"],
                        name="words_to_compare",
                    )
                ],
            },
        ),
    ]
