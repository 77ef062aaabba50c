"""What deploy/ says of the project is true of the project."""

from __future__ import annotations

import configparser
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from config.management.commands.serve import NOTICE, STOPS_WITHIN
from tests.deploy.servers import DEPLOY

ROOT = DEPLOY.parent
KILLED_AFTER = STOPS_WITHIN + 5
"""Seconds after which `serve` itself kills what it could not stop."""


def text(name: str) -> str:
    return (DEPLOY / name).read_text("utf-8")


def dockerfile() -> list[str]:
    """Its instructions, each on one line."""
    joined = re.sub(r"\\\n\s*", "", text("Dockerfile"))
    return [line for line in joined.splitlines() if line and not line.startswith("#")]


def copied() -> set[str]:
    return {
        name for line in dockerfile() if line.startswith("COPY ") for name in line.split()[1:-1]
    }


def compose() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(text("compose.yaml"))
    return read


def unit(name: str) -> configparser.ConfigParser:
    read = configparser.ConfigParser(strict=False, interpolation=None)
    read.optionxform = str  # type: ignore[assignment, method-assign]
    read.read_string(text(name))
    return read


def seconds(duration: str) -> float:
    return float(duration.removesuffix("s"))


def test_image_holds_every_app_and_whatever_else_the_settings_name() -> None:
    apps = {name.partition(".")[0] for name in settings.INSTALLED_APPS}
    needed = {name for name in apps if (ROOT / name).is_dir()}
    assert {"config", "blog", "audience", "newsletter"} <= needed
    folders = [*settings.STATICFILES_DIRS, *settings.LOCALE_PATHS]
    engines: list[dict[str, Any]] = settings.TEMPLATES
    folders += [path for engine in engines for path in engine["DIRS"]]
    needed |= {Path(path).relative_to(ROOT).parts[0] for path in folders}
    assert needed | {"manage.py"} <= copied()


def test_image_holds_no_folder_that_python_could_import_and_readers_do_not_need() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert packages - copied() <= {"tests", "bench"}
    assert all((ROOT / name).exists() for name in copied())
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert {"tests", "var", ".git", ".venv"} <= set(ignored)
    assert not copied() & set(ignored)


def test_image_runs_as_nobody_special_and_stops_in_order() -> None:
    lines = dockerfile()
    assert lines.index("USER site") < next(
        i for i, line in enumerate(lines) if "collectstatic" in line
    )
    assert "STOPSIGNAL SIGTERM" in lines
    # A list, so that the signal reaches `serve` and not a shell.
    assert lines[-1].startswith('CMD ["python", "manage.py", "serve"')
    assert any(line.startswith("HEALTHCHECK ") and "/healthz" in line for line in lines)


def test_containers_know_each_other() -> None:
    services = compose()["services"]
    site, proxy = services["site"], services["proxy"]
    assert proxy["environment"]["UPSTREAM"] == "site:8000"
    assert proxy["depends_on"]["site"]["condition"] == "service_healthy"
    assert "/readyz" in site["healthcheck"]["test"][-1]
    assert "exec python manage.py serve --migrate" in site["command"]
    network = compose()["networks"]["default"]["ipam"]["config"][0]["subnet"]
    assert site["environment"]["TRUSTED_PROXIES"] == network
    used = {mount.split(":")[0] for one in services.values() for mount in one["volumes"]}
    named = {name for name in used if not name.startswith(".")}
    assert named == set(compose()["volumes"])


def test_proxy_container_reads_the_static_files_where_the_site_puts_them() -> None:
    services = compose()["services"]
    (root,) = re.findall(r"STATIC_ROOT=(\S+)", text("Dockerfile"))
    assert f"static:{root}" in services["site"]["volumes"]
    assert f"static:{root}:ro" in services["proxy"]["volumes"]
    assert f"{services['proxy']['environment']['STATIC_PARENT']}/static" == root
    assert "collectstatic" in services["site"]["command"]


@pytest.mark.parametrize("name", ["nginx.conf", "Caddyfile"])
def test_servers_in_front_read_the_static_files_of_the_unit(name: str) -> None:
    cache = unit("plainspoken.service")["Service"]["CacheDirectory"]
    assert f"/var/cache/{cache}" in text(name)
    assert f"STATIC_ROOT=/var/cache/{cache}/static" in text("plainspoken.service")
    assert settings.STATIC_URL == "/static/"


def test_nobody_kills_a_site_that_still_answers() -> None:
    service = unit("plainspoken.service")["Service"]
    assert seconds(service["TimeoutStopSec"]) > NOTICE + KILLED_AFTER
    assert seconds(compose()["services"]["site"]["stop_grace_period"]) > NOTICE + KILLED_AFTER
    assert service["KillMode"] == "mixed"
    assert service["Restart"] == "always"


def test_unit_has_started_when_the_site_answers() -> None:
    service = unit("plainspoken.service")["Service"]
    assert service["Type"] == "notify"
    assert "AF_UNIX" in service["RestrictAddressFamilies"].split()
    assert service["ExecStart"].endswith("manage.py serve --migrate")


def test_pictures_of_the_newsroom_and_any_form_fit_through_every_server() -> None:
    from config.middleware import LARGEST_UPLOAD

    # Caddy counts in thousands, nginx does not.
    caddy = re.findall(r"(?:max_size|request_buffers) (\d+)MB", text("Caddyfile"))
    nginx = re.findall(r"client_max_body_size (\d+)m;", text("nginx.conf"))
    allowed = sorted(int(size) * 1000**2 for size in caddy)
    allowed_too = sorted(int(size) * 1024**2 for size in nginx)
    assert (len(allowed), len(allowed_too)) == (4, 2)
    assert min(allowed[:2] + allowed_too[:1]) >= settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    assert min(allowed[2:] + allowed_too[1:]) >= LARGEST_UPLOAD
