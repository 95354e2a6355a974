import re
import tomllib
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core.files import File
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from blog import tasks
from blog.cache import versions
from blog.images import upload
from blog.models import Correction, Image, Post, PostAuthor, Revision, Role, Site, Tag, User
from blog.models.tag import make_key
from blog.transactions import writing
from comments.management.removal import MARK, fingerprint, is_loaded, remove_demo
from comments.models import Closing, Comment, Decision, Evidence, Policy, Report
from comments.moderation.revise import revise
from comments.rules.holding import network_of
from comments.submit import context
from comments.submit.edit import edit_text

CONTENT = settings.BASE_DIR / "comments" / "demo"
ROLES = {"ines": Role.EDITOR, "tomasz": Role.AUTHOR, "maud": Role.AUTHOR}
IN_TEXT = re.compile(r"!\[(?P<alt>.*?)\]\((?P<name>[\w-]+\.jpg)")
# Time from the decision to a late verdict.
VERDICT_DELAY = timedelta(minutes=20)
# Example networks of RFC 5737 that the demo's policy does not block.
REPORTERS = ("192.0.2.0/24", "198.51.100.0/24")


class Command(BaseCommand):
    help = "Fills the site with a small magazine; --remove deletes exactly what this made."

    def add_arguments(self, parser):
        parser.add_argument("--remove", action="store_true")

    def handle(self, *, remove, verbosity, **options):
        if remove:
            for reason in remove_demo():
                self.stdout.write(reason)
            return
        if is_loaded():
            raise CommandError("The demo content is there already.")
        Demo().load()
        if verbosity:
            self.stdout.write("The demo magazine is loaded. `demo --remove` takes it away again.")


class Demo:
    """Writes a LogEntry for each row that it makes, so that --remove touches no other row."""

    def __init__(self):
        self.now = timezone.now()
        self.created = []
        self.people, self.posts, self.comments = {}, {}, {}

    def load(self) -> None:
        with writing() as scopes:
            old_tags = set(Tag.objects.values_list("pk", flat=True))
            self._load_people()
            self._load_posts()
            self._load_site()
            self._load_policy()
            self._load_comments()
            self.created += self._describe_tags(Tag.objects.exclude(pk__in=old_tags))
            LogEntry.objects.bulk_create(self._log_entry(row) for row in self.created)
            scopes.update((versions.SITE, versions.COMMENTS))

    def _log_entry(self, row) -> LogEntry:
        return LogEntry(
            user=self.people["editor"],
            content_type=ContentType.objects.get_for_model(row),
            object_id=str(row.pk),
            object_repr=fingerprint(row),
            action_flag=ADDITION,
            change_message=MARK,
        )

    def _load_people(self) -> None:
        authors = read_toml(CONTENT / "authors.toml")["author"]
        for person in [*authors, {"key": "editor", "display_name": "The comments desk"}]:
            key = person.pop("key")
            # Nobody reads mail at these addresses.
            mail = {"email": f"{key}@example.org", "gets_mail": False}
            user = User(username=f"demo-{key}", is_staff=True, **mail, **person)
            user.set_unusable_password()
            user.save()
            user.groups.add(Group.objects.get(name=ROLES.get(key, Role.MODERATOR)))
            self.people[key] = user
            self.created.append(user)

    def _load_posts(self) -> None:
        for file in sorted((CONTENT / "posts").glob("*.md")):
            self._load_post(file, Post.Kind.POST)
        for file in sorted((CONTENT / "pages").glob("*.md")):
            if not Post.objects.filter(kind=Post.Kind.PAGE, slug=file.stem).exists():
                self._load_post(file, Post.Kind.PAGE)

    def _load_post(self, file: Path, kind) -> None:
        front, body = split_front_matter(file)
        names = ("title", "deck", "excerpt", "pinned")
        picture = front.get("picture")
        post = Post(
            **{name: front[name] for name in names if name in front},
            kind=kind,
            slug=file.stem if kind == Post.Kind.PAGE else None,
            body=self._with_pictures(body, front.get("credit", "")),
            author=self.people[front.get("author", "ines")],
            published_at=self.now - timedelta(days=front.get("days_ago", 420), hours=3),
            status=Post.Status.PUBLISHED,
            lead_image=self._picture(picture, front["alt"], front["credit"]) if picture else None,
            lead_alt=front.get("alt", ""),
            lead_caption=front.get("caption", ""),
        )
        post.save()
        if text := front.get("correction"):
            at = min(post.published_at + timedelta(days=2), self.now)
            Correction.objects.record(post, text, by=post.author, at=at)
        post.tags.set(front.get("tags", []))
        post.choose_lead_tag(
            [front["lead_tag"]] if front.get("lead_tag") else front.get("tags", [])
        )
        for position, key in enumerate(front.get("co_authors", [])):
            PostAuthor.objects.create(post=post, user=self.people[key], position=position)
        at = {"begun_at": post.published_at, "created_at": post.published_at}
        Revision.record(post, by=post.author, kind=Revision.Kind.PUBLISH, verb="publish", **at)
        self.posts[file.stem] = post
        self.created.append(post)

    def _with_pictures(self, body: str, credit: str) -> str:
        def with_address(match: re.Match) -> str:
            image = self._picture(match["name"], match["alt"], credit)
            return f"![{match['alt']}]({image.file.url}"

        return IN_TEXT.sub(with_address, body)

    def _picture(self, name: str, alt: str, credit: str) -> Image:
        with open(CONTENT / "pictures" / name, "rb") as file:
            content, sha256 = upload.clean_picture(File(file, name=name))
        image, is_new = Image.objects.get_or_create(
            sha256=sha256,
            is_duplicate=False,
            defaults={"file": content, "alt": alt, "credit": credit},
        )
        if is_new:
            self.created.append(image)
            tasks.later(tasks.make_renditions, image.pk)
        return image

    def _describe_tags(self, new):
        # Tags that existed before keep their descriptions.
        for row in read_toml(CONTENT / "tags.toml")["tag"]:
            new.filter(key=make_key(row["name"])).update(description=row["description"].strip())
        return new

    def _load_site(self) -> None:
        if Site.objects.exists():
            return
        front = read_toml(CONTENT / "site.toml")
        links = [f"{link['label']} | {link['path']}" for link in front["navigation"]]
        site = Site.objects.create(
            pk=1,
            name=front["name"],
            tagline=front["tagline"],
            footer=front["footer"],
            navigation="\n".join(links),
            contact_page=self.posts.get("contact"),
            privacy_page=self.posts.get("privacy"),
        )
        self.created.append(site)

    def _load_policy(self) -> None:
        # Some of the comments are held for these words and this network.
        if not Policy.objects.exists():
            values = {"hold_words": "casino\nbitcoin", "networks": "203.0.113.0/24"}
            self.created.append(Policy.objects.create(pk=1, **values))

    def _load_comments(self) -> None:
        content = read_toml(CONTENT / "comments.toml")
        for row in content["comment"]:
            comment = self._load_comment(row)
            self.comments[row["id"]] = comment
            self.created.append(comment)
        for row in content["comment"]:
            self._add_later_events(self.comments[row["id"]], row)
        for name in content["closed"]:
            Closing.close(self.posts[name], by=self.people["editor"])

    def _load_comment(self, row: dict) -> Comment:
        post, parent = self.posts[row["post"]], self.comments.get(row.get("parent"))
        staff = {person.email: person for person in self.people.values()}
        user = staff.get(row["email"]) if row["screened"] == "skipped" else None
        at = min(post.published_at + timedelta(hours=row["hours_after"]), self.now)
        screened = "unavailable" if row["screened"] == "waiting" else row["screened"]
        is_checked = screened in ("ham", "spam")
        verdict_at = at + VERDICT_DELAY if "late" in row else at
        comment = Comment(
            post=post,
            parent=parent,
            root_id=parent and (parent.root_id or parent.pk),
            depth=parent.depth + 1 if parent else 0,
            author_name=row["name"],
            author_email=row["email"],
            author_url=row.get("url", ""),
            user=user,
            user_is_staff=user is not None,
            body=row["body"].strip(),
            status=row["state"],
            status_at=at,
            held_because=row.get("reasons", []),
            submitted_at=at,
            ip=example_ip(row),
            screened=screened,
            screened_at=verdict_at if is_checked else None,
            believed=screened if is_checked else "",
            check_error=Comment.NO_KEY if screened == "skipped" else "",
        )
        comment.network = network_of(comment.ip)
        comment.digest = Comment.digest_of(
            post.pk,
            comment.parent_id,
            {"name": row["name"], "email": row["email"], "body": comment.body},
        )
        comment.save()
        self._add_decisions(comment, row.get("by"))
        return comment

    def _add_later_events(self, comment, row: dict) -> None:
        editor = self.people["editor"]
        if "edited" in row:
            fields = {name: row.get(name, "") for name in ("name", "email", "url")}
            fields["body"] = row["edited"]
            edit_text(comment, context.text_facts(fields, ip=comment.ip), Policy.current().rules)
        if "revised" in row:
            fields = {"author_name": comment.author_name, "author_url": comment.author_url}
            revise(comment, fields | {"body": row["revised"]}, by=editor, seen=comment.version)
        for text, network in zip(row.get("reports", ()), REPORTERS, strict=False):
            Report.submit(comment, text, network)
        if "evidence" in row:
            Evidence.keep(comment, row["evidence"], by=editor)
        if "held_again" in row:
            comment.hold(by=editor)
        if "withdrawn" in row:
            comment.withdraw()
        if "ended" in row:
            Closing.close(comment.post, comment, by=editor)

    def _add_decisions(self, comment, key) -> None:
        staff = comment.user if comment.user_is_staff else None
        is_automatic = comment.status == "spam" and key is None
        first = comment.status if staff or is_automatic else "pending"
        moves = [("", first, staff)]
        if first != comment.status:
            moves.append((first, comment.status, self.people[key or "editor"]))
        for old, new, by in moves:
            Decision.objects.create(
                comment=comment,
                by=by,
                by_a_person=by is not None,
                old_status=old,
                new_status=new,
                created_at=comment.submitted_at,
            )


def example_ip(row: dict) -> str:
    # Example networks of RFC 5737.
    blocked = any(code == "network" for code, _detail in row.get("reasons", ()))
    return f"{'203.0.113' if blocked else '198.51.100'}.{row['id'] % 250 + 1}"


def read_toml(file: Path) -> dict:
    return tomllib.loads(file.read_text(encoding="utf-8"))


def split_front_matter(file: Path) -> tuple[dict, str]:
    _empty, front, body = file.read_text(encoding="utf-8").split("+++\n", 2)
    return tomllib.loads(front), body.strip()
