"""The other sites that a text links to, gathered so that a reader sees at a glance what it rests on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from urllib.parse import urlsplit

from django.utils.translation import gettext

from blog import figures
from blog.plaintext import normalise

FEWEST = 2
"""A single link is its own list."""

_LINK = re.compile(r'<a\b((?:[^<>"]|"[^"]*")*)>(.*?)</a>', re.DOTALL)
_HREF = re.compile(r'\bhref="(https?://[^"]*)"', re.IGNORECASE)
_BESIDE = re.compile(r"<small>.*?</small>", re.DOTALL)
_TAG = re.compile(r"</?[a-z](?:[^<>\"]|\"[^\"]*\")*>", re.IGNORECASE)
_OWN_LISTS = frozenset(
    name.strip().casefold()
    for name in """
    sources; source; references; further reading; links; read more; bibliography; notes and sources
    quellen; quelle; quellenangaben; quellenverzeichnis; literatur; literaturverzeichnis
    zum weiterlesen; weiterführende links
    fuentes; fuente; referencias; bibliografía; enlaces; para saber más
    références; référence; bibliographie; liens; pour en savoir plus; pour aller plus loin
    fonti; fonte; riferimenti; bibliografia; per saperne di più; collegamenti; link
    fontes; referências; ligações; leia mais; para saber mais
    bronnen; bron; referenties; literatuur; bibliografie; verder lezen; lees verder
    källor; källa; referenser; litteratur; läs mer; länkar
    kilder; kilde; referanser; referencer; lenker; les mer; læs mere
    lähteet; lähde; kirjallisuutta; źródła; źródło; zdroje; prameny; források; kaynaklar; kaynakça
    источники; литература; джерела; література; πηγές; מקורות; المصادر; مصادر; المراجع
    出典; 参考文献; 参考资料; 参考資料; 來源; 来源; 출처; 참고문헌
    """.replace("\n", ";").split(";")
    if name.strip()
)
"""What authors call such a list, in the languages that a post is likely to be in."""


@dataclass(frozen=True)
class Source:
    """A link to another site: its words, where it leads, and the host if the words do not say it."""

    title: str
    url: str
    host: str


def sources_of(
    html: str, headings: Iterable[Mapping[str, str]], site: str, besides: Iterable[str] = ()
) -> list[Source]:
    """Return the links of sanitised HTML to other sites, each once, in the order they are read.

    Nothing comes back for fewer than `FEWEST`, nor where the author has made such a list herself.

    Args:
        headings: those of the text, as a rendering keeps them.
        site: the address of this site.
        besides: addresses that the page shows under its words anyway.
    """
    if any(_is_own_list(heading["text"]) for heading in headings):
        return []
    shown = {url.rstrip("/") for url in besides}
    found: dict[str, Source] = {}
    for source in _links(html, _host(site)):
        if source.url.rstrip("/") not in shown:
            found.setdefault(source.url, source)
    return list(found.values()) if len(found) >= FEWEST else []


def _is_own_list(heading: str) -> bool:
    name = normalise(heading).strip(" :").casefold()
    return name in _OWN_LISTS or name == gettext("Sources").casefold()


def _links(html: str, own_host: str) -> Iterator[Source]:
    for attributes, inside in _LINK.findall(html):
        href = _HREF.search(attributes)
        if not href or f'class="{figures.ELSEWHERE}"' in attributes:
            continue
        url = unescape(href[1])
        host = _host(url)
        if host and host != own_host:
            yield _source(url, host, inside)


def _source(url: str, host: str, inside: str) -> Source:
    """Return a source; of a card its title, and of an address what comes after its scheme."""
    words = unescape(_TAG.sub("", _BESIDE.sub("", inside)))
    title = " ".join(words.split()) or host
    bare = re.sub(r"^https?://(?:www\.)?", "", title, flags=re.IGNORECASE)
    is_said = re.match(rf"{re.escape(host)}(?:[/?#:]|\Z)", bare, re.IGNORECASE)
    return Source(bare, url, "" if is_said else host)


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")
