"""Languages in which the site does not write: noticed in words, and never a reason to wait."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.models import Post
from comments.models import Comment
from comments.spam import Evidence, History, Submission, Verdict, assess
from comments.spam.assessment import judge
from comments.spam.checks import TEXT_CHECKS, language
from comments.spam.languages import foreign_letters, foreign_words, scripts_of, short_words
from comments.spam.policy import SPEAKS_AT
from tests.comments.conftest import make_comment

HERE = Path(__file__).parent
SAID = {
    "ar": "شكرا على هذا المقال، أتمنى أن يقرأه كل من في الشركة مع الإدارة التي لم تسمع",
    "bg": "Това е много полезно, но не съм сигурен, че от тук ще се получи за нас",
    "cs": "To je dobře, ale není jasné, jak by to bylo pro nás, když jsme tak daleko a také jsou dražší",
    "da": "Det er ikke for sent, og jeg har også set at de fleste vil hjælpe til med det",
    "de": "Das ist für uns auch so, aber ich weiß nicht, wie die anderen es mit dem Geld machen",
    "en": "This is what we did too, but the others would not have paid for it with their own money",
    "es": "Es muy bueno, pero no entiendo por qué la empresa se fue con los datos de una prueba",
    "fa": "این برای من هم پیش آمد و از آن با دقت نوشتم که را باید تا فردا است",
    "fi": "Se oli hyvä, mutta en ole varma, kun tämä ei ole niin selvä kuin joka päivä on",
    "fr": "C'est bien pour les grands, mais je ne sais pas ce que vous faites avec une petite usine",
    "hu": "Ez nagyon jó, de nem tudom, hogy már van egy ilyen, vagy csak az a régi volt meg is",
    "id": "Ini juga yang saya tidak tahu, dan kami sudah akan pada hari itu dengan orang dari desa",
    "it": "Non so come sono arrivati, ma questo è anche per una ditta più piccola che vende il pane",
    "nl": "Dit is ook wat wij aan het doen zijn, maar niet met een bedrijf dat naar de stad gaat",
    "pl": "To jest dobre, ale nie wiem, czy już tak było dla nas, co się stało i jak tylko są ceny",
    "pt": "Não sei se isso é para você, mas os dados são bons e também com uma empresa mais pequena",
    "ro": "Este foarte bun, dar nu știu din care an sunt datele pentru că acest text nu mai are un tabel",
    "ru": "Это очень хорошо, но я не знаю, как все мы были бы без этого, так что уже для вас по делу",
    "sv": "Det är inte för sent, och jag har också sett att de flesta vill hjälpa till med ett eller två",
    "tr": "Bu çok güzel ama bir şey daha var, onun gibi değil, ben bunun için ne kadar sonra geldim",
    "uk": "Це як у нас, але я не знаю, що це та для чого його також до нас із міста",
    "ur": "یہ بہت اچھا ہے اور میں نے اس کے بارے میں پہلے بھی پڑھا ہے کہ لوگ سے کیا کر رہے ہیں",
    "vi": "Bài này rất hay và tôi đã đọc một lần khi không có người nào cho các bạn được với trong",
}
NEIGHBOURS = [{"da", "nb", "sv"}, {"cs", "pl"}]
"""Languages that share too many short words to be told apart plainly."""


def said_of(submission: Any, text: str, *languages: str) -> list[Evidence]:
    return list(language.check(submission(text=text, languages=languages), History.empty()))


@pytest.mark.parametrize("written", SAID)
def test_a_language_is_known_again_and_told_from_every_other(submission: Any, written: str) -> None:
    assert said_of(submission, SAID[written], written, "en") == []
    near = {written}.union(*(some for some in NEIGHBOURS if written in some))
    for site in short_words().keys() - near:
        assert said_of(submission, SAID[written], site), site


def test_the_reason_shows_the_words_it_rests_on(submission: Any) -> None:
    (letters,) = said_of(submission, "Спасибо, очень полезная статья про насосы", "en-GB")
    assert letters.reason.startswith("In letters that this site does not write in")
    assert "“спасибо”, “очень”" in letters.reason
    (words,) = said_of(submission, SAID["de"], "en-GB")
    assert words.reason.startswith("In a language that this site does not write in")
    assert "“das”, “ist”" in words.reason


def test_the_language_of_the_post_counts_like_that_of_the_site(submission: Any) -> None:
    assert said_of(submission, SAID["de"], "en", "fr")
    assert said_of(submission, SAID["de"], "en", "de-AT") == []
    assert said_of(submission, "東京の工場でも同じことがありました。参考になります。", "ja") == []
    assert (
        said_of(submission, "東京の工場でも同じことがありました。参考になります。", "zh-Hant") == []
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Danke!",
        "Vielen Dank für die Zahlen",
        "谢谢分享",
        "👍👍👍",
        "P E A C E & L O V E to all of you here",
        "He said “das ist nicht für die Firma” and left, which I never understood at the time.",
        "Our colleague wrote Спасибо under it, and then the whole office did the same thing",
        "\ud800" * 40,
        "12 34 56 78 90 11 22 33 44 55",
    ],
)
def test_nothing_is_said_of_short_or_mixed_texts(submission: Any, text: str) -> None:
    assert said_of(submission, text, "en") == []


@pytest.mark.parametrize("languages", [(), ("",), ("xx",), ("en", "tlh"), ("\ud800",)])
def test_nothing_is_said_where_a_language_of_the_site_is_not_known(
    submission: Any, languages: tuple[str, ...]
) -> None:
    for text in (SAID["de"], SAID["ru"]):
        assert said_of(submission, text, *languages) == []


@given(st.text(st.characters(exclude_categories=()), max_size=300))
def test_words_are_only_ever_those_of_the_text(text: str) -> None:
    words = tuple(text.lower().split())
    for languages in (("en",), ("ru", "ja")):
        found = {*foreign_letters(words, languages), *foreign_words(words, languages)}
        assert found <= set(words)


def test_every_language_with_short_words_has_a_script() -> None:
    assert all(map(scripts_of, short_words()))
    assert SAID.keys() | {"nb"} == short_words().keys()


def test_no_genuine_comment_waits_for_its_language(submission: Any) -> None:
    """Each is judged as if the site wrote in its language, then as it is: the verdict is the same."""
    rows = (HERE / "genuine_scripts.jsonl").read_text("utf-8").splitlines()
    noticed = 0
    for row in map(json.loads, rows):
        fields = {"text": row["text"], "name": row["author"], "email_domain": row["email_domain"]}
        there = assess(submission(**fields, languages=()), History.empty())
        here = assess(submission(**fields, languages=("en",)), History.empty())
        assert here.verdict is there.verdict is not Verdict.SPAM, row["text"]
        noticed += any(found.check == "language" for found in here.evidence)
    assert noticed >= 0.8 * len(rows)


def test_it_weighs_only_beside_another_check_that_speaks(submission: Any) -> None:
    german = submission(text=SAID["de"], languages=("en",))

    def weight_beside(other: float) -> float:
        def trap(submission: Submission, history: History) -> list[Evidence]:
            return [Evidence("trap", other, "A reason.")]

        found = judge(german, History.empty(), [("language", language.check), ("trap", trap)])
        return next(one.weight for one in found.evidence if one.check == "language")

    assert weight_beside(SPEAKS_AT) == language.WEIGHT
    assert weight_beside(SPEAKS_AT - 0.01) == 0


def test_it_is_no_voice_and_no_feature() -> None:
    assert language.WEIGHT < SPEAKS_AT
    assert "language" not in TEXT_CHECKS


@pytest.mark.django_db
def test_a_comment_is_compared_with_its_site_and_its_post(post: Post, settings: Any) -> None:
    def found() -> list[str]:
        Comment.objects.all().delete()
        comment = make_comment(post, body=SAID["de"])
        return [row["check"] for row in comment.evidence if row["check"] == "language"]

    assert found() == ["language"]
    post.language = "de"
    post.save(update_fields=["language"])
    assert found() == []
    post.language = ""
    post.save(update_fields=["language"])
    settings.LANGUAGE_CODE = "de"
    assert found() == []
