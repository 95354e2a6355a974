from django.db import models
from django.utils import timezone

from comments.rules.email import keyed_hash


class Subscription(models.Model):
    """A commenter's request for mail about this comment. Before it is confirmed by a click, the
    address gets one mail only (see Unconfirmed). `ended_at` is final.
    """

    comment = models.OneToOneField("comments.Comment", models.CASCADE, related_name="subscription")
    email = models.EmailField(max_length=254, db_index=True)  # lower case
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()

    def __str__(self):
        return f"{self.comment_id}"

    @classmethod
    def create_for(cls, comment) -> None:
        email = comment.author_email.lower()
        cls.objects.create(comment=comment, email=email, created_at=comment.submitted_at)

    @classmethod
    def is_confirmed(cls, email: str) -> bool:
        return cls.objects.filter(email=email.lower(), confirmed_at__isnull=False).exists()


class HashedAddress(models.Model):
    """An e-mail address as a keyed hash. The row outlives the comments and contains no address."""

    digest = models.CharField(max_length=40, primary_key=True)
    created_at = models.DateTimeField()

    class Meta:
        abstract = True
        default_permissions = ()

    def __str__(self):
        return self.digest[:12]

    @staticmethod
    def digest_of(email: str) -> str:
        return keyed_hash("optout", email)[:40]

    @classmethod
    def contains(cls, email: str) -> bool:
        return cls.objects.filter(pk=cls.digest_of(email)).exists()

    @classmethod
    def add(cls, digest: str) -> None:
        cls.objects.get_or_create(pk=digest, defaults={"created_at": timezone.now()})


class OptOut(HashedAddress):
    """An address that gets no more mail as a reader."""


class Unconfirmed(HashedAddress):
    """An address that got its one mail and did not confirm: it may belong to a stranger."""

    @classmethod
    def add_unless_confirmed(cls, email: str) -> None:
        if not Subscription.is_confirmed(email):
            cls.add(cls.digest_of(email))
