from django.utils import timezone

from blog.cache import versions
from blog.transactions import writing
from comments.check.screening import plan_check
from comments.models import Comment, Decision, Subscription, may_decide
from comments.models.announcement import announce
from comments.models.due import Due
from comments.models.states import Status
from comments.rules.holding import Facts, Rules, first_decision, network_of


def save_comment(
    post, parent, facts: Facts, rules: Rules, *, user, referrer, headers, language, notify=False
) -> tuple[Comment, list[Due]]:
    """Saves a new comment with its first Decision. The caller enqueues what is due."""
    now = timezone.now()
    publishes = user is not None and may_decide(user, post)
    status, reasons = (Status.APPROVED, []) if publishes else first_decision(facts, rules)
    comment = Comment(
        post=post,
        parent=parent,
        root_id=parent and (parent.root_id or parent.pk),
        depth=parent.depth + 1 if parent else 0,
        author_name=facts.name,
        author_email=facts.email,
        author_url=facts.url,
        user=user,
        user_is_staff=publishes,
        body=facts.body,
        status=status,
        status_at=now,
        held_because=reasons,
        submitted_at=now,
        digest=Comment.digest_of(post.pk, parent and parent.pk, vars(facts)),
        ip=facts.ip,
        network=network_of(facts.ip),
        user_agent=facts.user_agent,
        referrer=referrer,
    )
    plan_check(comment, facts.trap, headers, language)
    with writing() as scopes:
        comment.save()
        Decision.of_creation(comment, by=user if publishes else None).save()
        if notify:
            Subscription.create_for(comment)
        if publishes:
            announce([comment], by=user)
            scopes.update((versions.of_post(post.pk), versions.COMMENTS))
    return comment, [Due("check", comment.pk)] if comment.next_check_at else []
