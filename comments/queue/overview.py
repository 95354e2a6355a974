"""Comments on the first page of the admin: what waits, and what does not work."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

from blog.models import User
from comments.models import Heartbeat
from comments.models.querysets import may_decide_any
from comments.queue import counts
from comments.queue.banners import banners, mail_sentence
from comments.queue.page import AGAIN, TABS
from comments.queue.pending import pending_sentences
from comments.submit import origin


@dataclass(frozen=True)
class Overview:
    pending_sentence: str
    not_public_sentence: str
    tabs: list[tuple[str, str, str]]  # name, count, address; of published comments to look at again


def comments_of(user: User) -> Overview | None:
    if not may_decide_any(user):
        return None
    counted = counts.counts(user)
    tabs = [
        (str(TABS[tab]), counts.count_text(counted.by_tab[tab]), f"{reverse('queue')}?tab={tab}")
        for tab in AGAIN
        if counted.by_tab[tab]
    ]
    return Overview(**pending_sentences(counted), tabs=tabs)


def warnings_for(request: HttpRequest) -> list[str]:
    """Return the warnings of the queue; none for Authors, who cannot mend any of it."""
    if not request.user.has_perm("comments.decide_comment"):
        return []
    found = banners(Heartbeat.all_by_name(), origin.hides_address(request.META))
    return [*found, *filter(None, [mail_sentence()])]
