"""What becomes of the content of a WordPress post: shortcodes, blocks, pictures, addresses."""

from __future__ import annotations

import pytest

from blog import markup
from ledger.record import Actor
from tests.transfer.test_pictures import picture, put
from tests.transfer.wxr import AUTHOR, OLD, attachment, comment, export, item, meta, written
from transfer.items import Article
from transfer.pictures import Pictures
from transfer.wordpress.export import WordPressExport

pytestmark = pytest.mark.django_db
FILES = f"{OLD}/wp-content/uploads"


@pytest.fixture
def convert(tmp_path):
    """Import a content and return the article; more items of the file, and a folder of pictures."""

    def article(content: str, *others: str, media: str = "", **said) -> Article:
        path = written(tmp_path, export(item(1, content, **said), *others))
        folder = tmp_path / media if media else None
        pictures = Pictures(folder, by=Actor.system("command"))
        found = next(iter(WordPressExport(path, pictures).items()))
        assert isinstance(found, Article)
        return found

    return article


def test_caption_becomes_a_figure_in_both_spellings(convert):
    old = '[caption id="a" width="6" caption="Our hall"]<img src="https://x.example/h.png" alt="h">[/caption]'
    linked = '<a href="https://x.example/"><img src="https://x.example/h.png"></a>'
    new = f'[caption id="a"]{linked} Our <b>hall</b>[/caption]'
    assert "<figcaption>Our hall</figcaption></figure>" in convert(old).body
    assert "<figcaption>Our <b>hall</b></figcaption></figure>" in convert(new).body
    assert "[" not in convert(old + new).body


def test_gallery_shows_the_pictures_it_names_in_its_order(convert):
    files = [
        attachment(n, f"{FILES}/{n}.png", alt=f"alt {n}", caption=f"says {n}") for n in (7, 8, 9)
    ]
    article = convert('Look:\n\n[gallery ids="9,7,404" columns="2"]\n\nNice.', *files)
    first, second = article.body.index("/9.png"), article.body.index("/7.png")
    assert first < second and "/8.png" not in article.body
    assert (
        '<figure><img src="https://old.example/wp-content/uploads/9.png" alt="alt 9">'
        in article.body
    )
    assert "<figcaption>says 7</figcaption>" in article.body
    assert article.notes == ()


def test_gallery_without_names_shows_what_belongs_to_the_post(convert):
    files = [attachment(7, f"{FILES}/7.png", parent=1), attachment(8, f"{FILES}/8.png", parent=2)]
    body = convert("[gallery]", *files, attachment(9, f"{FILES}/9.pdf", parent=1)).body
    assert "/7.png" in body and "/8.png" not in body and "/9.pdf" not in body


def test_gallery_without_pictures_is_told(convert):
    article = convert('[gallery ids="5"]')
    assert article.body == ""
    assert article.notes == (
        'A gallery is empty, since its pictures are not in the file: [gallery ids="5"]',
    )


@pytest.mark.parametrize(
    ("code", "link"),
    [
        ("[embed]https://v.example/1[/embed]", ">https://v.example/1</a>"),
        ("[audio https://v.example/a/song.mp3]", ">Audio: song.mp3</a>"),
        ('[audio mp3="https://v.example/song.mp3"][/audio]', ">Audio: song.mp3</a>"),
        ('[video width="1" mp4="https://v.example/film.mp4"][/video]', ">Video: film.mp4</a>"),
        (
            "[youtube=https://www.youtube.com/watch?v=abcdefghijk&amp;w=3]",
            'href="https://www.youtube.com/',
        ),
        ("[youtube abcdefghijk]", 'href="https://www.youtube.com/watch?v=abcdefghijk"'),
        ("[vimeo 12345]", 'href="https://vimeo.com/12345"'),
        ("https://v.example/watch?a=1&amp;b=2", 'href="https://v.example/watch?a=1&amp;b=2"'),
    ],
)
def test_what_moves_or_sounds_becomes_a_link(convert, code, link):
    article = convert(f"Before.\n\n{code}\n\nAfter.")
    assert link in article.body
    assert article.body.startswith("<p>Before.</p>") and article.body.endswith("<p>After.</p>")
    assert article.notes == ()


def test_address_within_a_sentence_stays_as_it_is(convert):
    assert (
        "<a "
        not in convert("See https://v.example/ for more.\n<pre>\nhttps://v.example/\n</pre>").body
    )


@pytest.mark.parametrize(
    "code",
    [
        '[contact-form-7 id="12" title="Write"]',
        "[contact-form]",
        '[button color="red"]Go[/button]',
        "[spoiler]Nobody dies[/spoiler]",
        "[gravityform id=1 title=false]",
    ],
)
def test_other_shortcodes_stay_as_text_and_are_told(convert, code):
    article = convert(f"One {code} two")
    assert code in article.body
    assert len(article.notes) == 1 and article.notes[0].startswith("Shown as text: [")


@pytest.mark.parametrize(
    "words",
    [
        "as they say [sic]",
        "a note [1] and [2]",
        "[09:14] nick: hello",
        "[W]hich has",
        "the license [type, version or jurisdiction]",
        "[[cc:18|some caption]]",
        "a grep '[a-z0-9]*'",
        "[...] and so on [...]",
        "[link](https://x.example/)",
        "[and who wrote <a href='https://x.example/?a=1'>this</a>]",
        "<code>[caption]x[/caption]</code>",
        '<pre>[gallery ids="1"]</pre>',
        '<a title="[caption]">x</a>',
    ],
)
def test_words_in_brackets_are_words(convert, words):
    article = convert(words)
    assert article.notes == ()
    assert words in article.body


def test_listing_of_code_stays_as_typed(convert):
    article = convert('[sourcecode language="css"]\na < b\n\n  [x]\n[/sourcecode]')
    assert article.body == "<pre><code>a &lt; b\n\n  [x]</code></pre>"


def test_pages_of_a_post_are_parted_by_a_rule_and_more_goes(convert):
    body = convert("One\n\n<!--more Read on-->\n\nTwo\n\n<!--nextpage-->\n\nThree").body
    assert body == "<p>One</p>\n<p>Two</p>\n<hr>\n<p>Three</p>"


def test_blocks_keep_their_html_and_what_stands_between_gets_paragraphs(convert):
    article = convert(
        "Loose\n\nwords\n<!-- wp:paragraph -->\n<p>One\ntwo</p>\n<!-- /wp:paragraph -->\n"
        '<!-- wp:latest-posts {"postsToShow":3} /-->'
        "<!-- wp:nextpage -->\n<!--nextpage-->\n<!-- /wp:nextpage -->"
        '<!-- wp:core-embed/x {"url":"https://v.example/1"} --><figure><div>\nhttps://v.example/1\n</div>'
        "<figcaption>Film</figcaption></figure><!-- /wp:core-embed/x -->"
    )
    assert "<p>Loose</p>\n<p>words</p>" in article.body
    assert "<p>One\ntwo</p>" in article.body and "<hr>" in article.body
    assert '<a href="https://v.example/1">https://v.example/1</a>' in article.body
    assert "wp:" not in article.body
    assert article.notes == ("Left out what WordPress itself filled in: latest-posts.",)


def test_shared_block_stands_where_it_is_used(convert):
    shared = item(
        5, "<!-- wp:paragraph --><p>We write weekly.</p><!-- /wp:paragraph -->", type="wp_block"
    )
    article = convert('<!-- wp:block {"ref":5} /-->', shared)
    assert article.body == "<p>We write weekly.</p>"
    assert article.notes == ()


def test_links_of_social_blocks_stay(convert):
    link = '<!-- wp:social-link {"url":"https://m.example/@d","service":"mastodon"} /-->'
    block = f"<!-- wp:social-links --><ul>{link}</ul><!-- /wp:social-links -->"
    assert '<a href="https://m.example/@d">mastodon</a>' in convert(block).body


def test_own_pictures_come_from_the_folder_in_every_spelling(convert, tmp_path):
    put(tmp_path / "media", "2014/05/plan.png", picture(1))
    sources = [
        f"{FILES}/2014/05/plan.png",
        f"{FILES}/2014/05/plan-300x200.png",
        "/wp-content/uploads/2014/05/plan.png?w=30",
        "http://www.old.example/wp-content/uploads/2014/05/plan.png",
        "https://old.files.wordpress.com/2014/05/plan.png",
        "https://i0.wp.com/old.example/wp-content/uploads/2014/05/plan.png?resize=1",
    ]
    body = convert(
        "\n\n".join(f'<img src="{one}" alt="A plan">' for one in sources), media="media"
    ).body
    assert body.count('src="/media/images/') == len(sources)
    assert "old.example" not in body


def test_picture_that_did_not_come_along_is_a_link_to_the_original(convert):
    html = markup.render(convert(f'<img src="{FILES}/a.png" alt="A plan">').body, "html").html
    assert f'href="{FILES}/a.png"' in html and "A plan" in html and "<img" not in html


def test_foreign_picture_is_never_taken_from_the_folder(convert, tmp_path):
    put(tmp_path / "media", "plan.png", picture(1))
    assert "/media/" not in convert('<img src="https://x.example/plan.png">', media="media").body


def test_link_to_a_large_picture_leads_to_ours(convert, tmp_path):
    put(tmp_path / "media", "2014/05/plan.png", picture(1))
    link = f'<a href="{FILES}/2014/05/plan.png"><img src="{FILES}/2014/05/plan-30x20.png"></a>'
    assert convert(link, media="media").body.count("/media/images/") == 2


def test_picture_behind_a_cover_is_shown(convert, tmp_path):
    put(tmp_path / "media", "c.png", picture(1))
    cover = f'<div style="background-image:url({FILES}/c.png)"><p>Words</p></div>'
    body = convert(f"<!-- wp:cover -->{cover}<!-- /wp:cover -->", media="media").body
    assert body.index('<img src="/media/images/') < body.index("Words")


def test_picture_behind_another_of_itself_is_shown_once(convert):
    both = f'<figure style="background-image:url({FILES}/c.png)"><img src="{FILES}/c.png"></figure>'
    assert convert(f"<!-- wp:media-text -->{both}<!-- /wp:media-text -->").body.count("<img") == 1


def test_two_buttons_side_by_side_stay_two_words(convert):
    file = (
        f'<div><a href="{FILES}/a.pdf">Plan</a><a href="{FILES}/a.pdf" download>Download</a></div>'
    )
    body = convert(f"<!-- wp:file -->{file}<!-- /wp:file -->").body
    assert "Plan</a> <a" in body and body.count(" <a") == 1


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        (f"{OLD}/2014/05/post-2/", "/2014/05/post-2/"),
        ("http://www.old.example/2014/05/post-2", "/2014/05/post-2"),
        (f"{OLD}/2014/05/post-2/#part", "/2014/05/post-2/#part"),
        (f"{OLD}/?p=2", "/?p=2"),
        ("/2014/05/post-2/", "/2014/05/post-2/"),
        (f"{OLD}/2014/05/never/", f"{OLD}/2014/05/never/"),
        (f"{FILES}/report.pdf", f"{FILES}/report.pdf"),
        ("/wp-content/uploads/report.pdf", f"{FILES}/report.pdf"),
        ("https://x.example/?p=2", "https://x.example/?p=2"),
        ("#part", "#part"),
        ("mailto:a@b.example", "mailto:a@b.example"),
        ("http://[broken", "http://[broken"),
    ],
)
def test_links_lead_on_where_the_export_knows_what_they_mean(convert, href, expected):
    assert f'<a href="{expected}">x</a>' in convert(f'<a href="{href}">x</a>', item(2)).body


def test_addresses_of_a_blog_that_had_moved_are_known_too(convert):
    moved = item(2, guid="http://first.example/2014/05/post-2/")
    link = '<a href="http://first.example/2014/05/post-2/">x</a>'
    assert convert(link, moved).body == '<p><a href="/2014/05/post-2/">x</a></p>'


def test_featured_picture_is_above_the_text_if_its_file_came(convert, tmp_path):
    put(tmp_path / "media", "hall.png", picture(1))
    said = {"inside": meta("_thumbnail_id", "9")}
    file = attachment(9, f"{FILES}/hall.png", alt="A hall", caption="Ours")
    with_file = convert("Words", file, media="media", **said)
    assert with_file.lead_image is not None
    assert with_file.lead_image.pop("address").startswith("/media/images/")
    assert with_file.lead_image == {"alt": "A hall", "caption": "Ours", "focus": "50% 50%"}
    without = convert("Words", file, **said)
    assert without.lead_image is None
    assert without.body.startswith(
        f'<figure><img src="{FILES}/hall.png" alt="A hall"><figcaption>Ours'
    )


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Title <em>With</em> <b>Mark<sup>up</sup></b>", "Title With Markup"),
        ("Profit &amp;amp; loss", "Profit & loss"),
        ("Profit & loss", "Profit & loss"),
        ("A < B, List<int> and 3 > 2", "A < B, List<int> and 3 > 2"),
        ("It&#8217;s\n here", "It’s here"),
        ("", "Some words."),
    ],
)
def test_titles_are_lines_of_text(convert, title, expected):
    assert convert("Some words.", title=title).title == expected


def test_excerpt_is_the_standfirst_unless_it_is_too_long(convert):
    assert convert("Text", excerpt="In <em>short</em>.").standfirst == "In short."
    long = convert("Text", excerpt="word " * 80)
    assert long.standfirst == ""
    assert long.body.startswith("<p>word word") and long.body.endswith("<p>Text</p>")
    assert len(long.notes) == 1
    told = convert("word " * 80 + "\n\nText", excerpt="word " * 80)
    assert told.body.count("<p>") == 2 and told.notes == ()


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"status": "draft"}, "a draft"),
        ({"status": "pending"}, "waiting for review"),
        ({"status": "private"}, "private"),
        ({"status": "future"}, "dated in the future"),
        ({"date_gmt": "2090-01-01 00:00:00"}, "dated in the future"),
        ({"password": "enter"}, "behind a password"),
        ({"status": "archived"}, "in the state “archived”"),
        ({}, ""),
    ],
)
def test_only_what_everybody_could_read_is_public(convert, said, why):
    article = convert("Words", **said)
    assert (article.is_public, article.why_not_public) == (not why, why)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, "2014-05-01T10:00:00+00:00"),
        ({"date_gmt": "0000-00-00 00:00:00"}, "2014-05-01T12:00:00+00:00"),
        ({"date_gmt": "0000-00-00 00:00:00", "date": ""}, "2014-05-01T10:00:00+00:00"),
        ({"date_gmt": "", "date": "", "pubDate": "Thu, 30 Nov -0001 00:00:00 +0000"}, None),
        ({"date_gmt": "x", "date": "9999-99-99 99:99:99", "pubDate": ""}, None),
    ],
)
def test_dates_are_found_where_they_are_told(convert, said, expected):
    at = convert("Words", **said).at
    assert (at and at.isoformat()) == expected


def test_authors_topics_and_old_addresses_are_told(tmp_path):
    from tests.transfer.wxr import filed

    inside = (
        filed("Water", "water")
        + filed("water", "water-2", "post_tag")
        + filed("Zoo", "zoo", "post_tag")
    )
    inside += filed("Uncategorized", "uncategorized") + filed(
        "gallery", "post-format-gallery", "post_format"
    )
    inside += meta("_wp_old_slug", "first-name")
    page = item(
        3,
        type="page",
        name="about",
        link=f"{OLD}/about/",
        guid="https://elsewhere.example/?page_id=3",
        creator="sam",
    )
    path = written(
        tmp_path,
        export(
            item(2, inside=inside),
            page,
            channel=AUTHOR
            + (
                "<wp:category><wp:term_id>5</wp:term_id><wp:category_nicename>water</wp:category_nicename>"
                "<wp:cat_name>Water</wp:cat_name>"
                "<wp:category_description>All of &lt;b&gt;it&lt;/b&gt;</wp:category_description>"
                "</wp:category>"
            ),
        ),
    )
    post, about, *others = WordPressExport(path, Pictures(None, by=Actor.system("command"))).items()
    assert [(one.name, one.slug, one.description) for one in post.topics] == [
        ("Water", "water", "All of it"),
        ("Zoo", "zoo", ""),
    ]
    assert (post.author.key, post.author.name, post.author.slug) == (
        "dana",
        "Dana Whitfield",
        "dana-whitfield",
    )
    assert about.author.name == "sam"
    assert set(post.old_paths) == {
        "/2014/05/post-2/",
        "/2014/05/first-name/",
        "/?p=2",
        "/?page_id=2",
    }
    assert set(about.old_paths) == {"/about/", "/?p=3", "/?page_id=3"}
    assert {(one.path, one.target) for one in others} == {
        ("/category/water/", "/topics/water/"),
        ("/?cat=5", "/topics/water/"),
        ("/category/uncategorized/", "/archive/"),
        ("/tag/water-2/", "/topics/water/"),
        ("/?tag=water-2", "/topics/water/"),
        ("/tag/zoo/", "/topics/zoo/"),
        ("/?tag=zoo", "/topics/zoo/"),
        ("/author/dana/", "/authors/dana-whitfield/"),
        ("/?author=7", "/authors/dana-whitfield/"),
        ("/author/sam/", "/authors/sam/"),
        ("/comments/feed/", "/feed.atom"),
    }


def test_number_of_another_post_in_a_guid_is_no_old_address(tmp_path):
    moved = item(2, guid=f"{OLD}/?p=3", link=f"{OLD}//2014/05/post-2/")
    path = written(tmp_path, export(moved, item(3), item(4, guid=f"{OLD}/?p=999")))
    two, three, four, *_ = WordPressExport(path, Pictures(None, by=Actor.system("command"))).items()
    assert set(two.old_paths) == {"/2014/05/post-2/", "/?p=2", "/?page_id=2"}
    assert "/?p=3" in three.old_paths and "/?p=999" in four.old_paths


def test_old_addresses_of_a_blog_below_a_folder_keep_it(tmp_path):
    deep = f"{OLD}/blog"
    one = item(1, f'<a href="{deep}/?p=2">x</a>', link=f"{deep}/a/", guid=f"{deep}/?p=1")
    path = written(tmp_path, export(one, item(2, link=f"{deep}/b/"), url=deep))
    first, _, *others = WordPressExport(path, Pictures(None, by=Actor.system("command"))).items()
    assert set(first.old_paths) == {"/blog/a/", "/blog/?p=1", "/blog/?page_id=1"}
    assert 'href="/blog/?p=2"' in first.body
    assert {"/blog/feed/", "/blog/author/dana/"} <= {one.path for one in others}


def test_nothing_leads_to_what_only_a_draft_was_filed_under(tmp_path):
    from tests.transfer.wxr import filed

    path = written(tmp_path, export(item(2, inside=filed("Merger", "merger"), status="draft")))
    items = WordPressExport(path, Pictures(None, by=Actor.system("command"))).items()
    assert [one.path for one in items if hasattr(one, "path")] == ["/comments/feed/"]


def test_comments_keep_state_parent_moment_and_who_spoke(convert):
    inside = (
        comment(2, parent=1, approved="0", author="Tom &amp; Jo")
        + comment(1, "A <b>bold</b> one\nand <a href='https://x.example/'>more</a>", user_id=7)
        + comment(
            3, type="pingback", author="Them &laquo; Elsewhere", author_url="https://x.example/p/"
        )
        + comment(4, approved="spam")
        + comment(5, approved="trash", date_gmt="0000-00-00 00:00:00")
        + comment(6, type="order_note")
        + comment(7, "*not* bold")
    )
    two, one, ping, spam, gone, note, plain = convert("Words", inside=inside).remarks
    assert (two.parent, two.state, two.name, two.by) == ("1", "pending", "Tom & Jo", None)
    assert one.body == "A **bold** one\nand [more](https://x.example/)"
    assert one.by is not None and one.by.name == "Dana Whitfield"
    assert (ping.kind, ping.name, ping.url) == (
        "mention",
        "Them « Elsewhere",
        "https://x.example/p/",
    )
    assert (spam.state, gone.state, note.state) == ("spam", "removed", "pending")
    assert one.at.isoformat() == "2014-05-02T10:00:00+00:00"
    assert gone.at.isoformat() == "2014-05-02T12:00:00+00:00"
    assert plain.body == r"\*not\* bold"


def test_reader_is_never_taken_for_an_author(tmp_path):
    unnumbered = AUTHOR.replace("<wp:author_id>7</wp:author_id>", "")
    zero = AUTHOR.replace(">7<", ">0<")
    inside = comment(1, user_id=0) + comment(2, user_id="") + comment(3, user_id=99)
    for channel in (AUTHOR, unnumbered, zero):
        path = written(tmp_path, export(item(1, inside=inside), channel=channel))
        article = next(
            iter(WordPressExport(path, Pictures(None, by=Actor.system("command"))).items())
        )
        assert [one.by for one in article.remarks] == [None, None, None]


def test_caption_of_a_gallery_is_whole(convert):
    caption = "word " * 100
    body = convert('[gallery ids="7"]', attachment(7, f"{FILES}/7.png", caption=caption)).body
    assert f"<figcaption>{caption.strip()}</figcaption>" in body


def test_endless_comment_comes_as_several(convert):
    parts = convert("Words", inside=comment(1, "A line of words. " * 8000)).remarks
    assert [one.key for one in parts] == ["1", "1.1", "1.2"]
    assert [one.parent for one in parts] == ["", "1", "1.1"]
    assert sum(one.body.count("line") for one in parts) == 8000


@pytest.mark.parametrize(
    ("said", "what", "why"),
    [
        ({"type": "nav_menu_item"}, "menu item", "menus are made anew here"),
        ({"type": "revision", "status": "inherit"}, "revision", "only the last words"),
        ({"type": "product"}, "product", "there is no such thing here"),
        ({"status": "trash"}, "post", "in the bin"),
        ({"status": "auto-draft"}, "post", "nobody wrote it"),
    ],
)
def test_what_has_no_place_here_is_told_with_the_reason(tmp_path, said, what, why):
    path = written(tmp_path, export(item(1, title="Odd", **said)))
    skipped = next(iter(WordPressExport(path, Pictures(None, by=Actor.system("command"))).items()))
    assert (skipped.what, skipped.title) == (what, "Odd")
    assert why in skipped.why


def test_comments_policy_and_notes_of_wordpress_are_kept(convert):
    child = convert("Words", type="page", parent=2, is_sticky=1, comment_status="closed")
    assert child.comment_policy == "closed" and convert("Words").comment_policy == "site"
    assert child.notes == (
        "It stood at the top of the front page (“sticky”).",
        "It stood below the page “2”.",
    )
