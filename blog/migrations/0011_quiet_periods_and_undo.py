"""Quiet periods, and the way back from a publication."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0010_words_not_saved_yet"),
    ]

    operations = [
        migrations.CreateModel(
            name="QuietPeriod",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("reason", models.CharField(max_length=200)),
                ("by", models.BigIntegerField()),
                ("by_label", models.CharField(max_length=301)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["starts_at", "pk"],
                "permissions": [("plan_quiet_period", "Can plan and end quiet periods")],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="WayBack",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("by", models.BigIntegerField()),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("before", models.JSONField()),
                ("after", models.JSONField()),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.RemoveConstraint(
            model_name="publicchange",
            name="withdrawn_words_have_none_after",
        ),
        migrations.AddField(
            model_name="publicchange",
            name="undoes",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="undone_by",
                to="blog.publicchange",
            ),
        ),
        migrations.AlterField(
            model_name="publicchange",
            name="kind",
            field=models.CharField(
                choices=[
                    ("typo", "A typo"),
                    ("correction", "Correction"),
                    ("retraction", "Retraction"),
                    ("taken_back", "Taken back"),
                    ("undone", "Undone"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="publicchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("after__isnull", False), ("kind__in", ["typo", "correction", "undone"])
                    ),
                    models.Q(("after__isnull", True), ("kind__in", ["retraction", "taken_back"])),
                    _connector="OR",
                ),
                name="withdrawn_words_have_none_after",
            ),
        ),
        migrations.AddConstraint(
            model_name="publicchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "undone"), ("undoes__isnull", False)),
                    models.Q(models.Q(("kind", "undone"), _negated=True), ("undoes__isnull", True)),
                    _connector="OR",
                ),
                name="undoing_names_what_it_undid",
            ),
        ),
        migrations.AddConstraint(
            model_name="quietperiod",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                name="quiet_periods_last",
            ),
        ),
        migrations.AddField(
            model_name="wayback",
            name="change",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="blog.publicchange",
            ),
        ),
        migrations.AddField(
            model_name="wayback",
            name="post",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="way_back", to="blog.post"
            ),
        ),
    ]
