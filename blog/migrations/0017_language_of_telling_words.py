import django.db.models.deletion
from django.db import migrations, models


def compare_anew(apps, schema_editor):
    """Let the worker write each list once: until now they lost posts when others were corrected."""
    apps.get_model("blog", "TellingWords").objects.update(is_compared=False)


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0016_unread_notes"),
    ]

    operations = [
        migrations.AddField(
            model_name="tellingwords",
            name="language",
            field=models.CharField(blank=True, max_length=35),
        ),
        migrations.AlterField(
            model_name="tellingwords",
            name="rendering",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="blog.rendering",
            ),
        ),
        migrations.RunPython(compare_anew, migrations.RunPython.noop),
    ]
