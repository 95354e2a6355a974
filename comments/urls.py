import re

from django.urls import path, re_path

from blog.feeds.views import FORMS
from comments.mail import find, unsubscribe
from comments.moderation import bulk_views, close, edit, my_decisions_views, reply, write
from comments.policy import block_views
from comments.policy import views as policy_views
from comments.privacy import empty_views
from comments.privacy import views as privacy_views
from comments.queue import desk, new_arrivals_views, spam_check
from comments.queue import views as queue_views
from comments.signed_links import PURPOSES
from comments.submit import report, status_page
from comments.submit import views as submit_views
from comments.thread import views as thread_views

# The path of a post, `2026/11/slug/`, or of a page, `slug/`.
OF_POST = r"^(?P<path>(?:\d{4}/\d{2}/)?[^/]+/)"

urlpatterns = [
    # moderators
    path("desk/", desk.desk, name="desk"),
    path("moderation/", queue_views.show, name="queue"),
    path("moderation/decide/", queue_views.decide, name="decide"),
    path("moderation/undo/", queue_views.undo, name="undo"),
    path("moderation/done/", my_decisions_views.show, name="done"),
    path("moderation/many/", bulk_views.many, name="many"),
    path("moderation/empty/", empty_views.empty_tab, name="empty"),
    path("moderation/news/", new_arrivals_views.show, name="news"),
    path("moderation/akismet/", spam_check.show, name="akismet"),
    path("moderation/akismet/ask/", spam_check.ask, name="akismet-ask"),
    path("moderation/akismet/test/", spam_check.test, name="akismet-test"),
    path("moderation/<int:public_id>/history/", queue_views.history, name="history"),
    path("moderation/policy/", policy_views.edit, name="policy"),
    path("moderation/policy/unblock/", policy_views.unblock, name="unblock"),
    path("moderation/<int:public_id>/write/", write.write, name="letter"),
    path("moderation/<int:public_id>/evidence/", queue_views.evidence, name="evidence"),
    path("moderation/<int:public_id>/reply/", reply.reply, name="moderator-reply"),
    path("moderation/<int:public_id>/edit/", edit.edit, name="moderator-edit"),
    path("moderation/<int:public_id>/block/author/", block_views.author, name="block-author"),
    path("moderation/<int:public_id>/block/network/", block_views.network, name="block-network"),
    path("moderation/posts/<int:pk>/", close.closing, name="closing"),
    path("moderation/privacy/", privacy_views.privacy, name="privacy"),
    # readers
    *(
        path(f"comments/{end}", thread_views.feed, {"form": form}, name=f"comments-feed{name}")
        for name, end, form in FORMS
    ),
    path("comments/find/", find.find, name="find"),
    re_path(
        rf"^comments/mail/(?P<purpose>{'|'.join(PURPOSES)})/(?P<signed>[\w.]+:[\w-]+)/$",
        unsubscribe.choose,
        name="mail-choice",
    ),
    re_path(r"^comments/(?P<signed>\d+:?[\w-]*)/$", status_page.status, name="comment-status"),
    re_path(OF_POST + r"comments/$", submit_views.submit, name="comment-submit"),
    re_path(OF_POST + r"comments/page/1/$", thread_views.first_page, name="comments-page-one"),
    re_path(
        OF_POST + r"comments/page/(?P<number>\d{1,6})/$", thread_views.page, name="comments-page"
    ),
    re_path(
        OF_POST + r"comments/(?P<public_id>\d{1,18})/$", thread_views.permalink, name="comment"
    ),
    re_path(OF_POST + r"comments/(?P<public_id>\d{1,18})/report/$", report.report, name="report"),
    re_path(OF_POST + r"reply/(?P<public_id>\d{1,18})/$", submit_views.reply, name="reply"),
    *(
        re_path(
            OF_POST + re.escape(end) + "$",
            thread_views.feed_of_post,
            {"form": form},
            name=f"post-feed{name}",
        )
        for name, end, form in FORMS
    ),
]
