"""Small WordPress exports, made up for tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

OLD = "https://old.example"
_NAMESPACES = (
    'xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"'
    ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:wp="http://wordpress.org/export/1.2/"'
)


def cdata(text: str) -> str:
    """Text as exports write it."""
    return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"


def fields(said: dict[str, Any]) -> str:
    return "".join(f"<{name}>{cdata(str(value))}</{name}>" for name, value in said.items())


def comment(number: int, text: str = "Well said.", **said: Any) -> str:
    """A comment; values by the names of the format without `comment_`."""
    values = {
        "id": number,
        "author": "Mara Quist",
        "author_email": "mara@example.org",
        "author_url": "",
        "date": "2014-05-02 12:00:00",
        "date_gmt": "2014-05-02 10:00:00",
        "content": text,
        "approved": "1",
        "type": "",
        "parent": 0,
        "user_id": 0,
        **said,
    }
    return f"<wp:comment>{fields({f'wp:comment_{k}': v for k, v in values.items()})}</wp:comment>"


def meta(key: str, value: str) -> str:
    return f"<wp:postmeta>{fields({'wp:meta_key': key, 'wp:meta_value': value})}</wp:postmeta>"


def filed(name: str, nicename: str, domain: str = "category") -> str:
    return f'<category domain="{domain}" nicename="{nicename}">{cdata(name)}</category>'


def item(
    number: int, content: str = "Some words.", *, inside: str = "", excerpt: str = "", **said: Any
) -> str:
    """A post; values by the names of the format without `post_`, what is nested as `inside`."""
    name = said.get("name", f"post-{number}")
    values = {
        "title": said.pop("title", f"Post {number}"),
        "link": said.pop("link", f"{OLD}/2014/05/{name}/"),
        "pubDate": said.pop("pubDate", "Thu, 01 May 2014 10:00:00 +0000"),
        "dc:creator": said.pop("creator", "dana"),
        "guid": said.pop("guid", f"{OLD}/?p={number}"),
        "content:encoded": content,
        "excerpt:encoded": excerpt,
    }
    own = {
        "post_id": number,
        "post_date": "2014-05-01 12:00:00",
        "post_date_gmt": "2014-05-01 10:00:00",
        "comment_status": "open",
        "post_name": name,
        "status": "publish",
        "post_parent": 0,
        "post_type": "post",
        "post_password": "",
        "is_sticky": 0,
    }
    for key, value in said.items():
        own[key if key in own or key == "attachment_url" else f"post_{key}"] = value
    return f"<item>{fields(values)}{fields({f'wp:{k}': v for k, v in own.items()})}{inside}</item>"


def attachment(number: int, url: str, *, alt: str = "", caption: str = "", parent: int = 0) -> str:
    return item(
        number,
        "",
        inside=meta("_wp_attachment_image_alt", alt),
        excerpt=caption,
        title=f"file {number}",
        type="attachment",
        status="inherit",
        parent=parent,
        attachment_url=url,
        link=f"{OLD}/file-{number}/",
    )


AUTHOR = (
    "<wp:author><wp:author_id>7</wp:author_id><wp:author_login>dana</wp:author_login>"
    f"<wp:author_display_name>{cdata('Dana Whitfield')}</wp:author_display_name></wp:author>"
)


def export(*items: str, url: str = OLD, version: str = "1.2", channel: str = AUTHOR) -> str:
    """A whole export."""
    return (
        '<?xml version="1.0" encoding="UTF-8" ?>\n'
        f'<rss version="2.0" {_NAMESPACES}>\n<channel>\n<title>Old blog</title>\n<link>{url}</link>\n'
        f"<wp:wxr_version>{version}</wp:wxr_version><wp:base_blog_url>{url}</wp:base_blog_url>\n"
        f"{channel}\n{''.join(items)}\n</channel>\n</rss>\n"
    )


def written(folder: Path, text: str | bytes, name: str = "old.xml") -> Path:
    """Write an export to a file and return its path."""
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path
