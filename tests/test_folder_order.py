"""A folder imports itself and folders before it in ORDER; see docs/architecture.md."""

import ast
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ORDER = {
    "comments": [
        *("rules dates", "models", "access signed_links", "check thread", "submit", "mail"),
        *("queue", "moderation", "policy privacy", "worker"),
        "templatetags admin urls management",
    ],
    "blog": ["cache images", "text", "models", "search redirects", "views admin feeds editing"],
}
RANK = {
    app: {name: rank for rank, names in enumerate(order) for name in names.split()}
    for app, order in ORDER.items()
}

# Tasks call functions of every folder, and views of every folder enqueue tasks; rows do not.
TASKS = {"tasks", "enqueue"}
NEVER_ENQUEUE = {"rules", "dates", "models"}

# The folder that each module gets which still lies flat. Goes when all have moved.
FLAT = {
    "comments.rules": "admission moderation networks links address numbers word_lines outage",
    "comments.check": "spam courier failures account_words views.account",
    "comments.thread.tree": "thread notice monogram views.reading",
    "comments.submit": "views.posting forms facts origin waiting views.own views.report foreign"
    " views.foreign middleware",
    "comments.mail": "mailing digest alerts mail_faults views.mail views.find",
    "comments.signed_links": "mail_links",
    "comments.queue.page": "queue views.queue views.desk card counts search trail record keyset banners"
    " figures views.pressing views.answers news views.news outcome_words way_back filter_words"
    " reasons fresh not_public words word_index jinja",
    "comments.access": "views.signed_in",
    "comments.rules.holding": "many like many_words views.many done done_words views.done"
    " moderator_edit views.edit views.reply views.letter views.closing moderator_forms views.one",
    "comments.policy": "policy_form trial views.policy block views.block policy_merge",
    "comments.privacy.export": "privacy erasing emptying retention views.privacy views.emptying",
    "comments.worker": "sweep rendering wrong_clock",
    "blog.text": "markup markdown comment_markdown sanitizer fittings marking plain_text slugs"
    " languages characters folding cost",
    "blog.images": "pictures renditions crops gif",
    "blog.cache": "edition",
    "blog.redirects": "addresses",
}
FOLDER = {
    (folder.partition(".")[0], module): folder.partition(".")[2]
    for folder, modules in FLAT.items()
    for module in modules.split()
}
UNRANKED = {  # blog's single files: each may import any folder that it needs
    *("apps", "backends", "database_errors", "known_browser", "mail", "management", "middleware"),
    *("postgresql", "sessions", "structured_data", "tasks", "templatetags", "theme", "urls"),
    *("transactions", "writing"),
}

# Exceptions, to become fewer. (file, module that it imports)
KNOWN = {
    ("comments/check/account_sentences.py", "comments.mail.alerts"),
    ("comments/check/account_sentences.py", "comments.queue.banners"),
    ("comments/check/account_sentences.py", "comments.thread.notice"),
    ("comments/mail/alerts.py", "comments.privacy.purge"),
    ("comments/queue/banners.py", "comments.privacy.purge"),
    ("comments/queue/edited_meanwhile.py", "comments.queue.criteria_fields"),
    ("comments/models/account.py", "comments.check.failures"),
    ("comments/models/account.py", "comments.check.akismet"),
    ("comments/models/check.py", "comments.check.failures"),
    ("comments/models/check.py", "comments.check.akismet"),
    ("comments/models/comment.py", "comments.tasks"),
    ("comments/models/decision.py", "comments.check.failures"),
    ("comments/models/decision.py", "comments.check.akismet"),
    ("comments/models/mail.py", "comments.mail.faults"),
    ("comments/models/mail.py", "comments.mail.writing"),
    ("comments/models/mail.py", "comments.tasks"),
    ("comments/models/mail_queryset.py", "comments.tasks"),
    ("comments/models/own.py", "comments.check.akismet"),
    ("comments/models/own.py", "comments.tasks"),
    ("comments/models/policy.py", "comments.rules.policy_merge"),
    ("comments/models/probe.py", "comments.tasks"),
    ("comments/models/standing.py", "comments.check.akismet"),
    ("comments/thread/notice.py", "comments.privacy.purge"),
    ("comments/check/views.py", "comments.queue.banners"),
    ("comments/check/views.py", "comments.queue.views"),
    ("comments/queue/answers.py", "comments.queue.criteria_fields"),
    ("comments/queue/views.py", "comments.queue.criteria_fields"),
    ("comments/queue/views.py", "comments.moderation.bulk"),
    ("comments/queue/views.py", "comments.moderation.bulk_sentences"),
    ("comments/queue/views.py", "comments.moderation.one_comment"),
}
HIDDEN = {
    ("comments/mail/writing.py", "get_model"),
    ("comments/models/policy_change.py", "get_model"),
    ("comments/tasks.py", "get_model"),
    ("comments/tasks.py", "import_module"),
}


def files(folder: str) -> list[Path]:
    found = sorted((ROOT / folder).rglob("*.py"))
    return [file for file in found if "migrations" not in file.parts]


def place(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


@cache
def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text())


def is_module(name: str) -> bool:
    path = ROOT.joinpath(*name.split("."))
    return path.is_dir() or path.with_suffix(".py").is_file()


def imports(file: Path) -> set[str]:
    """The full names of the modules, also where `from package import module` names one."""
    found = set()
    package = file.relative_to(ROOT).parent.parts
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) + 1 - node.level] if node.level else ()
            base = ".".join((*above, *filter(None, [node.module])))
            names = {f"{base}.{alias.name}" for alias in node.names}
            modules = {name for name in names if is_module(name)}
            found |= modules | ({base} if modules != names else set())
    return found


def folder(module: str) -> str:
    """Empty for the app itself."""
    app, *parts = module.split(".")
    if not parts or parts == ["views"]:
        return ""
    flat = parts[0] if parts[0] != "views" or app == "blog" else ".".join(parts[:2])
    if not (ROOT / app / flat).is_dir() and (app, flat) in FOLDER:
        return FOLDER[app, flat]
    return parts[0]


def module_of(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def climbing(app: str) -> set[tuple[str, str]]:
    rank, found = RANK[app], set()
    for file in files(app):
        own = folder(module_of(file))
        for module in imports(file):
            other = folder(module) if module.partition(".")[0] == app else ""
            climbs = other in rank and own in rank and other != own and rank[other] >= rank[own]
            if climbs or (other in TASKS and own in NEVER_ENQUEUE):
                found.add((place(file), module))
    return found


@pytest.mark.parametrize("app", RANK)
def test_each_module_has_a_folder(app):
    folders = {place(file): folder(module_of(file)) for file in files(app)}
    known = {"", *RANK[app], *(UNRANKED if app == "blog" else TASKS)}
    assert {name: where for name, where in folders.items() if where not in known} == {}


def test_no_folder_imports_one_that_comes_after_it():
    found = climbing("comments") | climbing("blog")
    assert found - KNOWN == set()
    assert KNOWN - found == set(), "no longer needed"


def test_no_files_import_each_other_in_a_circle():
    TopologicalSorter({module_of(f): imports(f) for f in files("comments")}).prepare()


def test_blog_does_not_import_comments():
    assert [
        place(f) for f in files("blog") if any(n.startswith("comments") for n in imports(f))
    ] == []


def test_no_import_is_hidden():
    found = set()
    for file in files("comments") + files("blog"):
        names = {getattr(node, "attr", getattr(node, "id", "")) for node in ast.walk(tree(file))}
        if folder(module_of(file)) != "admin":
            found |= {(place(file), name) for name in names & {"get_model", "import_module"}}
    assert found - HIDDEN == set()
    assert HIDDEN - found == set(), "no longer needed"


def test_models_know_nothing_of_the_network():
    network = {"akismet", "httpx", "smtplib", "socket"}
    models = files("comments/models")
    found = {place(f) for f in models if network & {n.partition(".")[0] for n in imports(f)}}
    assert found == {"comments/models/mail.py"}  # smtplib; goes when mail is sent elsewhere


def test_one_file_imports_akismet():
    users = {place(f) for f in files("comments") + files("blog") if "akismet" in imports(f)}
    assert users in ({"comments/check/akismet.py"}, {"comments/check/akismet.py"})
