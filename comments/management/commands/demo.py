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
from blog.models import Image, Post, PostAuthor, Role, Site, Tag, User
from blog.models.tag import make_key
from blog.transactions import writing
from comments.management.removal import MARK, fingerprint, is_loaded, take_away
from comments.models import Closing, Comment, Decision, Evidence, Policy, Report
from comments.moderation.revise import revise
from comments.rules.holding import network_of
from comments.submit import context
from comments.submit.edit import edit_text

CONTENT = settings.BASE_DIR / "comments" / "demo"
ROLES = {"ines": Role.EDITOR, "tomasz": Role.AUTHOR, "maud": Role.AUTHOR}
IN_TEXT = re.compile(r"!\[(?P<alt>.*?)\]\((?P<name>[\w-]+\.jpg)")
# How long a late verdict comes after the decision.
AFTER = timedelta(minutes=20)
# Of the networks that are kept for examples (RFC 5737); none of them is the Policy's.
REPORTERS = ("192.0.2.0/24", "198.51.100.0/24")


class Command(BaseCommand):
    help = "Fills the site with a small magazine; --remove takes away exactly what this made."

    def add_arguments(self, parser):
        parser.add_argument("--remove", action="store_true")

    def handle(self, *, remove, verbosity, **options):
        if remove:
            for reason in take_away():
                self.stdout.write(reason)
            return
        if is_loaded():
            raise CommandError("The demo content is there already.")
        Demo().load()
        if verbosity:
            self.stdout.write("The demo magazine is loaded. `demo --remove` takes it away again.")


class Demo:
    """Each row that is made leaves a LogEntry, so that removing touches no other."""

    def __init__(self):
        self.now = timezone.now()
        self.made = []
        self.people, self.posts, self.comments = {}, {}, {}

    def load(self) -> None:
        with writing() as scopes:
            known = set(Tag.objects.values_list("pk", flat=True))
            self._load_people()
            self._load_posts()
            self._load_site()
            self._load_policy()
            self._load_comments()
            self.made += self._describe_tags(Tag.objects.exclude(pk__in=known))
            LogEntry.objects.bulk_create(self._log_entry(row) for row in self.made)
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
        authors = read(CONTENT / "authors.toml")["author"]
        for person in [*authors, {"key": "editor", "display_name": "The comments desk"}]:
            key = person.pop("key")
            # Nobody reads these addresses: no mail about comments goes there.
            mail = {"email": f"{key}@example.org", "gets_mail": False}
            user = User(username=f"demo-{key}", is_staff=True, **mail, **person)
            user.set_unusable_password()
            user.save()
            user.groups.add(Group.objects.get(name=ROLES.get(key, Role.MODERATOR)))
            self.people[key] = user
            self.made.append(user)

    def _load_posts(self) -> None:
        for file in sorted((CONTENT / "posts").glob("*.md")):
            self._load_post(file, Post.Kind.POST)
        for file in sorted((CONTENT / "pages").glob("*.md")):
            if not Post.objects.filter(kind=Post.Kind.PAGE, slug=file.stem).exists():
                self._load_post(file, Post.Kind.PAGE)

    def _load_post(self, file: Path, kind) -> None:
        front, body = split(file)
        names = ("title", "deck", "excerpt", "correction", "pinned")
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
        if post.correction:
            post.corrected_at = min(post.published_at + timedelta(days=2), self.now)
        post.save()
        post.tags.set(front.get("tags", []))
        post.choose_lead_tag(
            [front["lead_tag"]] if front.get("lead_tag") else front.get("tags", [])
        )
        for position, key in enumerate(front.get("co_authors", [])):
            PostAuthor.objects.create(post=post, user=self.people[key], position=position)
        self.posts[file.stem] = post
        self.made.append(post)

    def _with_pictures(self, body: str, credit: str) -> str:
        def stored(found: re.Match) -> str:
            image = self._picture(found["name"], found["alt"], credit)
            return f"![{found['alt']}]({image.file.url}"

        return IN_TEXT.sub(stored, body)

    def _picture(self, name: str, alt: str, credit: str) -> Image:
        with open(CONTENT / "pictures" / name, "rb") as file:
            content, sha256 = upload.clean_picture(File(file, name=name))
        image, is_new = Image.objects.get_or_create(
            sha256=sha256, defaults={"file": content, "alt": alt, "credit": credit}
        )
        if is_new:
            self.made.append(image)
            tasks.later(tasks.make_renditions, image.pk)
        return image

    def _describe_tags(self, new):
        """Those that were there before keep what their editors say of them."""
        for row in read(CONTENT / "tags.toml")["tag"]:
            new.filter(key=make_key(row["name"])).update(description=row["description"].strip())
        return new

    def _load_site(self) -> None:
        if Site.objects.exists():
            return
        front = read(CONTENT / "site.toml")
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
        self.made.append(site)

    def _load_policy(self) -> None:
        """The words and the network that some of the comments are marked for."""
        if not Policy.objects.exists():
            words = {"hold_words": "casino\nbitcoin", "networks": "203.0.113.0/24"}
            self.made.append(Policy.objects.create(pk=1, **words))

    def _load_comments(self) -> None:
        content = read(CONTENT / "comments.toml")
        for row in content["comment"]:
            comment = self._load_comment(row)
            self.comments[row["id"]] = comment
            self.made.append(comment)
        for row in content["comment"]:
            self._go_on(self.comments[row["id"]], row)
        for name in content["closed"]:
            Closing.close(self.posts[name], by=self.people["editor"])

    def _load_comment(self, row: dict) -> Comment:
        post, parent = self.posts[row["post"]], self.comments.get(row.get("parent"))
        staff = {person.email: person for person in self.people.values()}
        user = staff.get(row["email"]) if row["screened"] == "skipped" else None
        at = min(post.published_at + timedelta(hours=row["hours_after"]), self.now)
        screened = "unavailable" if row["screened"] == "waiting" else row["screened"]
        is_checked = screened in ("ham", "spam")
        heard_at = at + AFTER if "late" in row else at
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
            ip=address(row),
            screened=screened,
            screened_at=heard_at if is_checked else None,
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
        self._decide(comment, row.get("by"))
        return comment

    def _go_on(self, comment, row: dict) -> None:
        """What became of it since, by the verbs that people use."""
        desk = self.people["editor"]
        if "edited" in row:
            said = {name: row.get(name, "") for name in ("name", "email", "url")}
            said["body"] = row["edited"]
            edit_text(comment, context.of_text(said, ip=comment.ip), Policy.current().rules)
        if "revised" in row:
            words = {"author_name": comment.author_name, "author_url": comment.author_url}
            revise(comment, words | {"body": row["revised"]}, by=desk, seen=comment.version)
        for words, network in zip(row.get("reports", ()), REPORTERS, strict=False):
            Report.take(comment, words, network)
        if "evidence" in row:
            Evidence.keep(comment, row["evidence"], by=desk)
        if "held_again" in row:
            comment.hold(by=desk)
        if "withdrawn" in row:
            comment.withdraw()
        if "ended" in row:
            Closing.close(comment.post, comment, by=desk)

    def _decide(self, comment, key) -> None:
        """Its creation, and what was decided of it since."""
        wrote = comment.user if comment.user_is_staff else None
        by_machine = comment.status == "spam" and key is None
        first = comment.status if wrote or by_machine else "pending"
        moves = [("", first, wrote)]
        if first != comment.status:
            moves.append((first, comment.status, self.people[key or "editor"]))
        for old, new, who in moves:
            Decision.objects.create(
                comment=comment,
                by=who,
                by_a_person=who is not None,
                old_status=old,
                new_status=new,
                created_at=comment.submitted_at,
            )


def address(row: dict) -> str:
    """From the networks that are kept for examples (RFC 5737)."""
    blocked = any(code == "network" for code, _detail in row.get("reasons", ()))
    return f"{'203.0.113' if blocked else '198.51.100'}.{row['id'] % 250 + 1}"


def read(file: Path) -> dict:
    return tomllib.loads(file.read_text(encoding="utf-8"))


def split(file: Path) -> tuple[dict, str]:
    _empty, front, body = file.read_text(encoding="utf-8").split("+++\n", 2)
    return tomllib.loads(front), body.strip()
