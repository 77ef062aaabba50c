import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Entry",
            fields=[
                (
                    "sequence",
                    models.BigIntegerField(
                        primary_key=True, serialize=False, verbose_name="number"
                    ),
                ),
                ("at", models.DateTimeField(help_text="In UTC.", verbose_name="when")),
                (
                    "actor",
                    models.BigIntegerField(
                        help_text="Number of the account; empty for the system.",
                        null=True,
                        verbose_name="account",
                    ),
                ),
                (
                    "actor_label",
                    models.TextField(help_text="The name as it was then.", verbose_name="who"),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("web", "web page"),
                            ("admin", "admin"),
                            ("command", "command line"),
                            ("mail", "e-mail"),
                            ("worker", "worker"),
                            ("setup", "setup"),
                        ],
                        max_length=16,
                        verbose_name="through",
                    ),
                ),
                ("verb", models.CharField(max_length=100, verbose_name="did")),
                ("subject", models.CharField(db_index=True, max_length=200, verbose_name="what")),
                (
                    "facts",
                    models.JSONField(
                        default=dict, help_text="Without personal data.", verbose_name="facts"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, unique=True, verbose_name="key")),
                ("previous", models.CharField(max_length=64, verbose_name="hash before")),
                ("hash", models.CharField(max_length=64, unique=True, verbose_name="hash")),
            ],
            options={
                "verbose_name": "entry",
                "verbose_name_plural": "entries",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("sequence__gte", 1)), name="entry_counts_from_one"
                    )
                ],
            },
        ),
    ]
