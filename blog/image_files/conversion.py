"""Having a picture written anew by a process of its own."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from pathlib import Path

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from blog.image_addresses import WIDTHS
from blog.image_files.checks import DAMAGED

MOST_SECONDS = 60
"""Many times what the largest picture takes on a slow machine."""

_SCRIPT = Path(__file__).with_name("convert.py")
_logger = logging.getLogger(__name__)


def convert(path: Path, folder: Path, key: str) -> tuple[int, int]:
    """Write the picture at `path` into `folder` in every width and format; return its upright size.

    Raises:
        ValidationError: with one sentence, when it cannot be decoded after all.
    """
    widths = ",".join(str(width) for width in WIDTHS)
    command = [sys.executable, "-I", str(_SCRIPT), widths, str(path), str(folder), key]
    try:
        done = subprocess.run(  # noqa: S603 - no shell, and every part is made here
            command, capture_output=True, check=True, timeout=MOST_SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise ValidationError(
            _("This picture takes too long to read. Save it again as JPEG.")
        ) from error
    except subprocess.CalledProcessError as error:
        # The last line names the fault; it holds nothing of the picture.
        lines = error.stderr.decode(errors="replace").splitlines()
        _logger.warning("A picture could not be converted: %s", lines[-1][:200] if lines else "")
        raise ValidationError(DAMAGED) from error
    width, height = json.loads(done.stdout)
    return width, height
