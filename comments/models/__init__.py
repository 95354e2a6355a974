from comments.models.batch import Batch
from comments.models.closing import Closing
from comments.models.comment import Comment
from comments.models.daily_count import Tally
from comments.models.decision import Decision
from comments.models.edit import Edit
from comments.models.erasure import Erasure
from comments.models.evidence import Evidence
from comments.models.heartbeat import Heartbeat
from comments.models.mail import Mail
from comments.models.policy import Policy
from comments.models.policy_change import PolicyChange
from comments.models.querysets import may_decide
from comments.models.report import Report
from comments.models.subscription import OptOut, Subscription, Unconfirmed
from comments.models.verbs import VERBS, Outcome

__all__ = [
    "VERBS",
    "Batch",
    "Closing",
    "Comment",
    "Decision",
    "Edit",
    "Erasure",
    "Evidence",
    "Heartbeat",
    "Mail",
    "OptOut",
    "Outcome",
    "Policy",
    "PolicyChange",
    "Report",
    "Subscription",
    "Tally",
    "Unconfirmed",
    "may_decide",
]
