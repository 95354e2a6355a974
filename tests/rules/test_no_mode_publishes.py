"""Whatever a policy says and whatever is sent: only a person publishes."""

from hypothesis import given
from hypothesis import strategies as st

from comments.models import Policy
from comments.rules.holding import Facts, first_decision

LINES = st.lists(st.text(max_size=8), max_size=4).map("\n".join)
NETWORKS = st.lists(
    st.sampled_from(["203.0.113.0/24", "203.0.113.7", "0.0.0.0/0", "2001:db8::/32", "nonsense"])
).map("\n".join)
POLICIES = st.builds(
    Policy,
    hold_words=LINES,
    link_limit=st.integers(0, 1_000),
    hold_after_days=st.integers(0, 3_650),
    block_words=LINES,
    networks=NETWORKS,
    close_after_days=st.integers(0, 3_650),
    depth=st.integers(1, 10),
    seconds_between=st.integers(0, 3_600),
    checks_an_hour=st.integers(1, 100_000),
    spam_days=st.integers(1, 3_650),
    trash_days=st.integers(1, 3_650),
)
ADDRESSES = st.ip_addresses().map(str) | st.sampled_from(["203.0.113.7", "2001:db8::1"])
FACTS = st.builds(
    Facts,
    name=st.text(max_size=20),
    email=st.emails(),
    url=st.text(max_size=20),
    body=st.text(max_size=60),
    ip=st.none() | ADDRESSES,
    user_agent=st.text(max_size=20),
    shown=st.text(max_size=60),
    links=st.integers(0, 50),
    post_age_days=st.integers(-1, 10_000),
    trap=st.just("") | st.text(max_size=10),
    origin_known=st.booleans(),
    staff_names=st.frozensets(st.text(max_size=5), max_size=3),
)


@given(POLICIES, FACTS)
def test_the_first_decision_never_publishes(policy, facts):
    status, reasons = first_decision(facts, policy.rules)
    assert status in ("pending", "spam")
    assert status == "pending" or reasons


@given(FACTS)
def test_with_every_rule_off_it_waits_all_the_same(facts):
    policy = Policy(link_limit=0)
    expected = "spam" if facts.trap else "pending"
    assert first_decision(facts, policy.rules)[0] == expected


def test_no_field_of_the_policy_names_another_mode():
    """A new one has to be looked at here: does it publish anything without a person?"""
    names = {field.name for field in Policy._meta.fields}
    assert names == {
        *("id", "hold_words", "link_limit", "hold_after_days", "block_words", "networks"),
        "addresses",
        *("close_after_days", "depth", "seconds_between", "checks_an_hour"),
        *("spam_days", "trash_days"),
    }
