from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from blog.models import Post, Revision, Site, User
from blog.transactions import writing


class Command(BaseCommand):
    help = "Makes About, Contact and Privacy as drafts, where there is no page of that address."

    def handle(self, **options):
        owner = User.objects.filter(is_active=True, is_superuser=True).order_by("pk").first()
        pages = {
            "about": (_("About"), _("Who writes here, and why.")),
            "contact": (_("Contact"), _("How readers reach you.")),
            "privacy": (_("Privacy"), PRIVACY),
        }
        with writing():
            for slug, (title, body) in pages.items():
                if owner and not Post.objects.filter(kind=Post.Kind.PAGE, slug=slug).exists():
                    page = Post(kind=Post.Kind.PAGE, slug=slug, title=title, body=body)
                    page.author = owner
                    page.save()
                    Revision.record(page, by=owner, kind=Revision.Kind.SAVE, verb="save_draft")
            site, _created = Site.objects.get_or_create(pk=1)
            found = {page.slug: page for page in Post.objects.filter(kind=Post.Kind.PAGE)}
            site.contact_page = site.contact_page or found.get("contact")
            site.privacy_page = site.privacy_page or found.get("privacy")
            site.save()


PRIVACY = """\
Check this page before you publish it: it says what Broadside does, not what you do besides.

## If you leave a comment

We keep what you type: your name, your e-mail address, your website if you give one, and the
comment; and with it the time, your network address, your browser's name and the page you came
from. Your name, website and comment are published once a moderator has approved them; your e-mail
address never is.

A cookie shows you your own comment while it waits; it ends after 30 days. Another remembers your
name and address if you tick the box.

## Akismet

Comments are checked for spam by Akismet, a service of Automattic. It is sent your comment with
name, e-mail address, website, network address, browser name and the address of the page.
See [akismet.com/privacy](https://akismet.com/privacy/).
"""
