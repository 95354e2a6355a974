from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from blog.cache import versions
from blog.text.characters import is_blank
from blog.text.slugs import check_slug, free_slug
from blog.transactions import writing

# Columns that readers see.
SHOWN = ("display_name", "slug", "bio", "links", "picture_id")


class Role(models.TextChoices):
    """The groups that the migrations create; docs/people.md says what each may do."""

    ADMINISTRATOR = "Administrator", _("Administrator")
    EDITOR = "Editor", _("Editor")
    AUTHOR = "Author", _("Author")
    CONTRIBUTOR = "Contributor", _("Contributor")
    MODERATOR = "Moderator", _("Moderator")


def check_links(text: str) -> None:
    for line in filter(str.strip, text.splitlines()):
        try:
            URLValidator(schemes=("http", "https"))(line.strip())
        except ValidationError:
            message = _("“%(line)s” is not a web address: it begins with https:// or http://")
            raise ValidationError(message, params={"line": line.strip()}) from None


class User(AbstractUser):
    display_name = models.CharField(
        _("name"), max_length=100, help_text=_("Shown with what this person writes.")
    )
    # Not made from the username: an author's address must not reveal half of the login.
    # A CharField: Django's SlugField refuses vowel signs.
    slug = models.CharField(
        _("address"), max_length=100, unique=True, blank=True, validators=[check_slug]
    )
    bio = models.TextField(_("about"), blank=True)
    links = models.TextField(
        _("your pages on other sites"),
        blank=True,
        validators=[check_links],
        help_text=_("One web address a line. Shown on the author's page."),
    )
    picture = models.ForeignKey(
        "blog.Image", models.SET_NULL, null=True, blank=True, verbose_name=_("picture")
    )
    gets_mail = models.BooleanField(
        _("gets mail about comments"),
        default=True,
        help_text=_("What waits for a moderator, and what is published under own posts."),
    )

    class Meta(AbstractUser.Meta):
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def __str__(self):
        return self.display_name or str(_("Unnamed"))

    def clean(self):
        super().clean()
        if self.display_name and is_blank(self.display_name):
            message = _("A name must have characters that can be seen.")
            raise ValidationError({"display_name": message})

    def save(self, *args, **kwargs):
        if not self.slug:
            taken = User.objects.exclude(pk=self.pk)
            self.slug = free_slug(self.display_name, taken, fallback="author")
            if fields := kwargs.get("update_fields"):
                kwargs["update_fields"] = {*fields, "slug"}
        named = {name.removesuffix("_id") for name in kwargs.get("update_fields") or SHOWN}
        written = [name for name in SHOWN if name.removesuffix("_id") in named]
        with writing() as scopes:
            before = User.objects.filter(pk=self.pk).values(*SHOWN).first() if written else None
            if "slug" in written:
                self._remember_slug(before)
            super().save(*args, **kwargs)
            if before and any(before[name] != getattr(self, name) for name in written):
                scopes.add(versions.SITE)

    def _remember_slug(self, before: dict | None) -> None:
        if before and before["slug"] != self.slug:
            UserAlias.objects.update_or_create(slug=before["slug"], defaults={"user": self})
        UserAlias.objects.filter(slug=self.slug).delete()

    def check_new_email(self, email: str) -> str:
        """Return the e-mail address as it is to be stored. Raises ValidationError where somebody
        else has it, or signs in with it."""
        email, others = email.strip(), User.objects.exclude(pk=self.pk)
        if others.filter(email__iexact=email).exists():
            raise ValidationError(_("Somebody with this e-mail address has an account already."))
        if others.filter(username__iexact=email).exists() or len(email) > 150:
            raise ValidationError(_("This e-mail address cannot be used to sign in."))
        return email

    def take_email(self, email: str, *, instead_of: str) -> None:
        """Invited people go on signing in with their e-mail address."""
        if self.username == instead_of.lower():
            self.username = email.lower()
        self.email = email

    def get_absolute_url(self):
        return reverse("author", args=[self.slug])

    @property
    def elsewhere(self) -> list[str]:
        return [line.strip() for line in self.links.splitlines() if line.strip()]

    def has_role(self, *roles: Role) -> bool:
        # Superusers have every role.
        return self.is_superuser or bool(self.role_names.intersection(roles))

    @classmethod
    def staff_names(cls) -> frozenset[str]:
        # A reader's comment under one of these names is held.
        people = cls.objects.filter(is_active=True, is_staff=True)
        return frozenset(people.values_list("display_name", flat=True))

    @classmethod
    def active_writers(cls):
        roles = (Role.ADMINISTRATOR, Role.EDITOR, Role.AUTHOR, Role.CONTRIBUTOR)
        writes = Q(is_superuser=True) | Q(groups__name__in=roles)
        found = cls.objects.filter(writes, is_active=True).values("pk")
        return cls.objects.filter(pk__in=found).order_by("display_name", "pk")

    @classmethod
    def writers(cls, post):
        """Return who may be named as an author of the post: whoever writes here, and whoever is
        named already."""
        found = Q(pk__in=cls.active_writers().order_by().values("pk")) | Q(pk=post.author_id)
        if post.pk:
            found |= Q(pk__in=post.bylines.values("user"))
        return cls.objects.filter(found).order_by("display_name", "pk")

    @property
    def role_names(self) -> set[str]:
        if not hasattr(self, "_role_names"):
            self._role_names = set(self.groups.values_list("name", flat=True))
        return self._role_names


class UserAlias(models.Model):
    """A former slug of an author, answered by one 301."""

    slug = models.CharField(max_length=100, unique=True)
    user = models.ForeignKey(User, models.CASCADE, related_name="aliases")

    def __str__(self):
        return self.slug
