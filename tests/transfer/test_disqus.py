"""Comments of Disqus find the posts they were written under; all other XML is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.auth.models import User

from blog.old_addresses import remember
from comments.models import Comment
from tests.cast import make_post
from tests.transfer.files import everything, refused, run, write

pytestmark = pytest.mark.django_db

HEAD = (
    '<?xml version="1.0" encoding="utf-8"?><disqus xmlns="http://disqus.com"'
    ' xmlns:dsq="http://disqus.com/disqus-internals">'
    '<category dsq:id="1"><forum>whitfield</forum><title>General</title></category>'
)


def thread(number: int, link: str, title: str = "A page") -> str:
    return (
        f'<thread dsq:id="{number}"><id>x</id><forum>whitfield</forum><category dsq:id="1"/>'
        f"<link>{link}</link><title>{title}</title><createdAt>2015-01-01T00:00:00Z</createdAt>"
        "<author><name>Dana</name></author><isDeleted>false</isDeleted></thread>"
    )


def said(number: int, thread: int = 2, *, parent: int = 0, name: str = "Mara", **more: str) -> str:
    fields = {
        "message": f"<![CDATA[<p>Word {number}, <b>bold</b>.</p>]]>",
        "createdAt": f"2015-02-03T04:05:{number:02}Z",
        "isDeleted": "false",
        "isSpam": "false",
        **more,
    }
    inner = "".join(f"<{field}>{value}</{field}>" for field, value in fields.items())
    above = f'<parent dsq:id="{parent}"/>' if parent else ""
    return (
        f'<post dsq:id="{number}"><id>wp_id={number}</id>{inner}<author><name>{name}</name>'
        f"<email>{name.lower()}@example.com</email><isAnonymous>true</isAnonymous></author>"
        f'<thread dsq:id="{thread}"/>{above}</post>'
    )


def export(folder: Path, *parts: str) -> Path:
    write(folder, {"disqus.xml": f"{HEAD}{''.join(parts)}</disqus>"})
    return folder / "disqus.xml"


@pytest.fixture(autouse=True)
def _post(ceo: User) -> None:
    post = make_post(ceo, title="Why we raised the floor", slug="why-we-raised-the-floor")
    remember("/2015/01/floor.html", post=post, origin="test")


def test_a_thread_finds_its_post_by_its_old_address(tmp_path: Path) -> None:
    link = "https://old.example.com/2015/01/floor.html"
    run("import_disqus", export(tmp_path, thread(2, link), said(3, name="Mara"), said(4, parent=3)))
    first, answer = Comment.objects.order_by("pk")
    assert (first.name, first.email, first.state) == ("Mara", "mara@example.com", "approved")
    assert first.body == "Word 3, **bold**."
    assert first.created_at.isoformat() == "2015-02-03T04:05:03+00:00"
    assert answer.parent == first


@pytest.mark.parametrize(
    "link",
    [
        "https://old.example.com/posts/why-we-raised-the-floor/",
        "https://old.example.com/blog/2015/why-we-raised-the-floor.html",
        "https://old.example.com/why-we-raised-the-floor/?utm_source=x",
    ],
)
def test_a_thread_finds_its_post_by_the_end_of_its_address(link: str, tmp_path: Path) -> None:
    run("import_disqus", export(tmp_path, thread(2, link), said(3)))
    assert Comment.objects.count() == 1


def test_an_answer_may_stand_before_what_it_answers(tmp_path: Path) -> None:
    link = "https://old.example.com/2015/01/floor.html"
    run("import_disqus", export(tmp_path, said(4, parent=3), said(3), thread(2, link)))
    assert Comment.objects.get(body__startswith="Word 4").parent is not None


def test_deleted_and_spam_are_not_public(tmp_path: Path) -> None:
    link = "https://old.example.com/2015/01/floor.html"
    parts = [said(3, isDeleted="true"), said(4, isSpam="true"), said(5, isApproved="false")]
    run("import_disqus", export(tmp_path, thread(2, link), *parts))
    states = Comment.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["removed", "spam", "pending"]
    assert not Comment.objects.visible().exists()


def test_a_thread_without_a_post_is_told(tmp_path: Path) -> None:
    found = run(
        "import_disqus",
        export(tmp_path, thread(2, "https://old.example.com/elsewhere", "Elsewhere"), said(3)),
    )
    assert "Elsewhere" in found
    assert not Comment.objects.exists()


def test_what_cannot_be_kept_is_told(tmp_path: Path) -> None:
    link = "https://old.example.com/2015/01/floor.html"
    parts = [said(3, message=""), said(4, createdAt="soon"), said(5, thread=99)]
    parts.append(said(6, message="x" * 100_001))
    found = run("import_disqus", export(tmp_path, thread(2, link), *parts))
    assert "it is empty" in found
    assert "it has no date" in found
    assert "it has more than 100,000 characters" in found
    assert "does not say where its page was" in found
    assert not Comment.objects.exists()


def test_scripts_and_nonsense_in_a_message_are_text(tmp_path: Path) -> None:
    link = "https://old.example.com/2015/01/floor.html"
    message = "<![CDATA[<p>Hi<script>alert(1)</script> <img src=x onerror=alert(2)></p>]]>"
    run("import_disqus", export(tmp_path, thread(2, link), said(3, message=message)))
    html = Comment.objects.get().body_html
    assert "<script" not in html
    assert "<img" not in html


def test_a_second_import_adds_nothing(tmp_path: Path) -> None:
    link = "https://old.example.com/2015/01/floor.html"
    path = export(tmp_path, thread(2, link), said(3), said(4, parent=3))
    run("import_disqus", path)
    before = everything()
    run("import_disqus", path)
    assert everything() == before


def test_a_thousand_comments_in_any_order_find_their_thread(tmp_path: Path) -> None:
    link = "https://old.example.com/2015/01/floor.html"
    parts = [
        said(n, 2 if n % 2 else 9, createdAt=f"2015-02-03T04:{n // 60:02}:{n % 60:02}Z")
        for n in range(10, 1210)
    ]
    run(
        "import_disqus",
        export(tmp_path, thread(2, link), thread(9, "https://x.example/no"), *parts),
    )
    assert Comment.objects.count() == 600


REFUSALS = {
    "empty": ("", "is not complete"),
    "truncated": (HEAD + thread(2, "https://a.example/") + "<post>", "is not complete"),
    "cut in a text": (HEAD + "<thread><title>abc", "is not complete"),
    "a web page": ("<html><body><p>No</body></html>", "another kind of XML"),
    "another XML": ("<rss><channel/></rss>", "another kind of XML"),
    "no namespace": ("<disqus/>", "another kind of XML"),
    "no XML": ("hello", "is no XML"),
    "a document type": (
        '<!DOCTYPE disqus SYSTEM "http://a.example/x.dtd">' + HEAD,
        "document type",
    ),
    "an entity": (
        '<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>' + HEAD,
        "document type",
    ),
    "an external entity": (
        '<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + HEAD,
        "document type",
    ),
    "deep": (HEAD + "<a>" * 10_000, "too deep"),
    "a long tag": (HEAD + "<a " + "b" * 10_000_000, "several megabytes"),
    "an odd encoding": ('<?xml version="1.0" encoding="nonsense"?><disqus/>', "nonsense"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_what_is_no_export_gets_one_sentence(name: str, tmp_path: Path) -> None:
    content, says = REFUSALS[name]
    write(tmp_path, {"disqus.xml": content})
    with refused(says):
        run("import_disqus", tmp_path / "disqus.xml")
