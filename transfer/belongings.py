"""What articles belong to and are found by, shared by all steps of one import."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext_noop

from blog.models import Series, Topic
from transfer.addresses import Addresses
from transfer.items import Article, Person, Remark
from transfer.labels import Labels
from transfer.people import People
from transfer.summary import Summary


class Belongings:
    """Bylines, topics, series and addresses; in a dry run none of them is ever saved."""

    def __init__(self, *, dry_run: bool) -> None:
        self.people = People(dry_run=dry_run)
        self.topics = Labels(Topic, dry_run=dry_run)
        self.series = Labels(Series, dry_run=dry_run)
        self.addresses = Addresses(dry_run=dry_run)

    def load(self, articles: Sequence[Article], remarks: Iterable[Remark], told: Summary) -> None:
        """Find or make everything that these name, and tell how much was made."""
        spoken = [person for remark in remarks for person in _speakers(remark)]
        people = [*(article.author for article in articles), *spoken]
        topics = [label for article in articles for label in article.topics]
        series = [article.series for article in articles if article.series]
        told.count(gettext_noop("Bylines made"), self.people.load(people))
        told.count(gettext_noop("Topics made"), self.topics.load(topics))
        told.count(gettext_noop("Series made"), self.series.load(series))

    def forget(self) -> None:
        """Look at the database again, after a transaction that came to nothing."""
        for each in (self.people, self.topics, self.series, self.addresses):
            each.forget()


def _speakers(remark: Remark) -> Iterator[Person]:
    """Yield whose bylines a remark needs: that of who said it, and those of drafts of answers."""
    if remark.by:
        yield remark.by
    if remark.aftermath:
        yield from (draft.by for draft in remark.aftermath.drafts)
