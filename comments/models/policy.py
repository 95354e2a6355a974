from functools import cached_property

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, validate_email
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blog.cache import versions
from blog.text.folding import fold_case
from blog.transactions import writing
from comments.models.policy_change import PolicyChange
from comments.rules import networks, policy_merge
from comments.rules.holding import Rules
from comments.rules.policy_merge import lines
from comments.rules.word_lines import parse

MOST_WORDS = 5_000
TEN_YEARS = 3_650


def check_networks(text: str) -> None:
    if problems := list(filter(None, map(networks.problem, lines(text)))):
        raise ValidationError(problems[:10])


def check_addresses(text: str) -> None:
    wrong = [line for line in lines(text) if not is_address(line)]
    if wrong:
        message = gettext("“%(line)s” is not an e-mail address.")
        raise ValidationError([message % {"line": line[:50]} for line in wrong[:10]])


def is_address(line: str) -> bool:
    try:
        validate_email(line)
    except ValidationError:
        return False
    return True


def check_length(text: str) -> None:
    # Each submitted comment is searched for all of them.
    if len(lines(text)) > MOST_WORDS:
        raise ValidationError(gettext("At most %(most)s lines.") % {"most": f"{MOST_WORDS:,}"})


def check_words(text: str) -> None:
    if empty := [line for line in lines(text) if not parse(line).word]:
        message = gettext("“%(line)s” has no letter or sign to look for.")
        raise ValidationError([message % {"line": line[:50]} for line in empty[:10]])


def check_blocking(text: str) -> None:
    words_of = {line: parse(line).word for line in lines(text)}
    if short := [line for line, word in words_of.items() if len(word) == 1 and word.isascii()]:
        message = gettext("“%(word)s” stands in nearly every comment: all of them would be spam.")
        raise ValidationError([message % {"word": line} for line in short[:10]])


class Policy(models.Model):
    """The only row. There is no mode that publishes without a person."""

    hold_words = models.TextField(
        _("words that mark a comment"), blank=True, validators=[check_length, check_words]
    )
    link_limit = models.PositiveSmallIntegerField(
        _("links that mark a comment"), default=2, validators=[MaxValueValidator(1_000)]
    )
    hold_after_days = models.PositiveSmallIntegerField(
        _("days after which comments on a post are marked"),
        default=0,
        validators=[MaxValueValidator(TEN_YEARS)],
    )
    block_words = models.TextField(
        _("words that make a comment spam"),
        blank=True,
        validators=[check_length, check_words, check_blocking],
    )
    addresses = models.TextField(
        _("e-mail addresses whose comments are spam"),
        blank=True,
        validators=[check_length, check_addresses],
    )
    networks = models.TextField(
        _("networks whose comments are spam"), blank=True, validators=[check_length, check_networks]
    )
    close_after_days = models.PositiveSmallIntegerField(
        _("days after which comments on a post close"),
        default=0,
        validators=[MaxValueValidator(TEN_YEARS)],
    )
    depth = models.PositiveSmallIntegerField(
        _("levels of replies"),
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(10)],
    )
    seconds_between = models.PositiveSmallIntegerField(
        _("seconds between two comments of one sender"),
        default=15,
        validators=[MaxValueValidator(3_600)],
    )
    checks_an_hour = models.PositiveIntegerField(
        _("checks an hour"),
        default=600,
        validators=[MinValueValidator(1), MaxValueValidator(100_000)],
    )
    spam_days = models.PositiveSmallIntegerField(
        _("days until spam is deleted"),
        default=15,
        validators=[MinValueValidator(1), MaxValueValidator(TEN_YEARS)],
    )
    trash_days = models.PositiveSmallIntegerField(
        _("days until trash is deleted"),
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(TEN_YEARS)],
    )

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policy")
        default_permissions = ("change",)
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_policy")]

    def __str__(self):
        return gettext("Policy for comments")

    @classmethod
    def label_of(cls, name: str) -> str:
        return str(getattr(cls._meta.get_field(name), "verbose_name", name))

    @classmethod
    def current(cls, site_edition: int | None = None) -> "Policy":
        """Cached and shared within this process: never change a field of it."""
        if site_edition is None:
            site_edition = versions.read(versions.SITE)[versions.SITE]
        return versions.cached("policy", site_edition, cls.stored)

    @classmethod
    def stored(cls) -> "Policy":
        return cls.objects.filter(pk=1).first() or cls(pk=1)

    @classmethod
    def change(cls, values: dict, *, by) -> None:
        """Overwrites these fields and records the change. `by` None: a command."""
        with writing():
            policy = cls._locked()
            before = {name: getattr(policy, name) for name in values}
            for name, value in values.items():
                setattr(policy, name, value)
            if before != values:
                policy.save()
                PolicyChange.record(before, values, by=by)

    @classmethod
    def merge(cls, values: dict, *, base: dict, by) -> policy_merge.Merge:
        """Saves what the person changed since `base` and leaves other people's changes; saves
        nothing if there is a clash. Raises ValidationError where both together are too much."""
        with writing():
            policy = cls._locked()
            stored = {name: getattr(policy, name) for name in values}
            merged = policy_merge.merge(base, values, stored)
            if not merged.clashes:
                cls(pk=1, **merged.values).clean_fields()
                cls.change(merged.values, by=by)
        return merged

    @classmethod
    def _locked(cls) -> "Policy":
        cls.objects.get_or_create(pk=1)
        return cls.objects.select_for_update().get(pk=1)

    @classmethod
    def add_line(cls, name: str, line: str, *, by) -> bool:
        """Returns False where the list has the line. Raises ValidationError where it is not
        allowed."""
        with writing():
            policy = cls._locked()
            stored_lines = lines(getattr(policy, name))
            if line in stored_lines:
                return False
            text = cls._meta.get_field(name).clean("\n".join([*stored_lines, line]), policy)
            cls.change({name: text}, by=by)
        return True

    def save(self, *args, **kwargs):
        with writing() as scopes:
            super().save(*args, **kwargs)
            scopes.add(versions.SITE)

    @classmethod
    def remove_line(cls, name: str, line: str, *, by) -> bool:
        """Ignores case. Returns False where the list does not have the line."""
        with writing():
            stored_lines = lines(getattr(cls._locked(), name))
            kept = [other for other in stored_lines if fold_case(other) != fold_case(line)]
            if len(kept) == len(stored_lines):
                return False
            cls.change({name: "\n".join(kept)}, by=by)
        return True

    @cached_property
    def rules(self) -> Rules:
        return Rules(
            link_limit=self.link_limit,
            hold_words=lines(self.hold_words),
            block_words=lines(self.block_words),
            networks=lines(self.networks),
            addresses=frozenset(map(fold_case, lines(self.addresses))),
            hold_after_days=self.hold_after_days,
        )
