"""A folder imports itself and folders before it in ORDER; see docs/architecture.md."""

import ast
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ORDER = {
    "comments": [
        *("rules dates", "models", "access signed_links", "check thread", "submit", "mail"),
        *("queue", "moderation", "policy privacy", "worker"),
        *("jinja", "templatetags admin urls management"),
    ],
    "blog": [
        "cache images",
        "text",
        "full_text",
        "models",
        "search redirects",
        "editing",
        "views feeds",
        "admin",
    ],
}
RANK = {
    app: {name: rank for rank, names in enumerate(order) for name in names.split()}
    for app, order in ORDER.items()
}

# Tasks call functions of every folder, and views of every folder enqueue tasks; rows do not.
TASKS = {"tasks", "enqueue"}
NEVER_ENQUEUE = {"rules", "dates", "models"}

UNRANKED = {  # blog's single files: each may import any folder that it needs
    *("apps", "backends", "database_errors", "known_browser", "mail", "management", "middleware"),
    *("jinja", "page_sentences", "sessions", "structured_data", "tasks", "templatetags", "theme"),
    *("sign_in_again", "transactions", "urls"),
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
    _app, *parts = module.split(".")
    return parts[0] if parts else ""


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
    assert climbing("comments") | climbing("blog") == set()


def test_no_files_import_each_other_in_a_circle():
    circle = []
    try:
        TopologicalSorter({module_of(f): imports(f) for f in files("comments")}).prepare()
    except CycleError as error:
        circle = error.args[1]
    assert circle == []


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
    assert found == set()


def test_models_know_nothing_of_the_network():
    network = {"akismet", "httpx", "smtplib", "socket"}
    models = files("comments/models")
    found = {place(f) for f in models if network & {n.partition(".")[0] for n in imports(f)}}
    assert found == set()


def test_one_file_imports_akismet():
    users = {place(f) for f in files("comments") + files("blog") if "akismet" in imports(f)}
    assert users == {"comments/check/akismet.py"}
