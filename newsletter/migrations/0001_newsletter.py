"""The newsletter: its settings, who asked for it, and what was sent to whom."""

import uuid

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("blog", "0001_posts_and_their_words"),
    ]

    operations = [
        migrations.CreateModel(
            name="Departure",
            fields=[
                ("mark", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("left_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("asked", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Edition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("told_from", models.DateTimeField(null=True)),
                ("told_until", models.DateTimeField(null=True, unique=True)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("reached", models.BigIntegerField(default=0)),
                ("finished_at", models.DateTimeField(null=True)),
                ("is_skipped", models.BooleanField(default=False)),
                ("past_sent", models.PositiveIntegerField(default=0)),
                ("past_failed", models.PositiveIntegerField(default=0)),
                (
                    "post",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="edition",
                        to="blog.post",
                    ),
                ),
            ],
            options={
                "ordering": ["-made_at", "-pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Newsletter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on_since", models.DateTimeField(null=True)),
                ("is_paused", models.BooleanField(default=False)),
                (
                    "weekday",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "Monday"),
                            (1, "Tuesday"),
                            (2, "Wednesday"),
                            (3, "Thursday"),
                            (4, "Friday"),
                            (5, "Saturday"),
                            (6, "Sunday"),
                        ],
                        default=0,
                    ),
                ),
                (
                    "hour",
                    models.PositiveSmallIntegerField(
                        default=7, validators=[django.core.validators.MaxValueValidator(23)]
                    ),
                ),
                ("told_until", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "newsletter",
                "verbose_name_plural": "newsletter",
                "permissions": [
                    ("manage_newsletter", "Can manage the newsletter and read its addresses")
                ],
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("pk", 1)), name="one_newsletter")
                ],
            },
        ),
        migrations.CreateModel(
            name="Subscriber",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("email", models.EmailField(max_length=254, unique=True, verbose_name="address")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("post", "Each post"),
                            ("weekly", "Once a week"),
                        ],
                        default="post",
                        max_length=6,
                        verbose_name="wants",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[("form", "Signed up here"), ("file", "Brought in by a file")],
                        default="form",
                        max_length=4,
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("asked_at", models.DateTimeField(null=True)),
                ("confirmed_at", models.DateTimeField(null=True, verbose_name="since")),
                ("refused_days", models.PositiveSmallIntegerField(default=0)),
                ("refused_on", models.DateField(null=True)),
                ("paused_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["email"],
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("email", django.db.models.functions.text.Lower("email"))
                        ),
                        name="subscribers_in_lower_case",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("sent", "Sent"),
                            ("failed", "Failed"),
                            ("dropped", "Not sent: the post was taken away, or she left"),
                        ],
                        default="waiting",
                        max_length=7,
                    ),
                ),
                ("error", models.CharField(blank=True, max_length=300)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="newsletter.edition",
                    ),
                ),
                (
                    "subscriber",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="deliveries",
                        to="newsletter.subscriber",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.AddConstraint(
            model_name="edition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("post__isnull", False),
                        ("told_from__isnull", True),
                        ("told_until__isnull", True),
                    ),
                    models.Q(
                        ("post__isnull", True),
                        ("told_from__isnull", False),
                        ("told_until__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="edition_of_a_post_or_a_week",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(fields=["state", "settled_at"], name="delivery_states"),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(
                fields=("edition", "subscriber"), name="one_delivery"
            ),
        ),
    ]
