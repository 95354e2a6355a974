"""Structure: which way imports run, and what may stand where."""

import ast
import os
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LAYERS = ("config", "transfer", "comments", "blog")
TOP = {
    *("manage.py", "pyproject.toml", "README.md", "Makefile", ".gitignore", ".ci"),
    *("LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", ".editorconfig"),
    *("requirements.txt", "requirements-dev.txt"),
    *("config", "blog", "comments", "transfer", "templates", "tests", "docs"),
}
LONG_LINE = 120
# Lines of templates that are too long today. Lower it when you shorten some.
MOST_LONG_LINES = 276


def product() -> list[Path]:
    return sorted(file for layer in LAYERS for file in (ROOT / layer).rglob("*.py"))


@cache
def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text())


def imports(file: Path) -> set[str]:
    """The full names of modules, and of what is taken from them."""
    found = set()
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: imports here name the whole module"
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def packages(file: Path) -> set[str]:
    return {name.partition(".")[0] for name in imports(file)}


def place(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def importers(*names: str) -> set[str]:
    return {place(file) for file in product() if packages(file) & set(names)}


def templates(kind="*.html") -> list[Path]:
    return sorted((ROOT / "templates").rglob(kind))


def matches(files, pattern: str) -> list[str]:
    found = re.compile(pattern, re.IGNORECASE | re.DOTALL)
    return [
        f"{place(file)}: {match[0][:80]}"
        for file in files
        for match in found.finditer(file.read_text())
    ]


@cache
def kept_files() -> list[str]:
    """What git keeps; a copy without its repository has nothing to ask."""
    found = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if found.returncode and not os.environ.get("CI"):
        pytest.skip("this copy of the project is no git repository")
    assert found.returncode == 0, found.stderr
    return [name for name in found.stdout.split("\0") if name and (ROOT / name).exists()]


# Imports.


@pytest.mark.parametrize("layer", LAYERS)
def test_imports_run_one_way(layer):
    above = set(LAYERS[: LAYERS.index(layer)])
    files = [file for file in product() if place(file).startswith(f"{layer}/")]
    assert [place(file) for file in files if packages(file) & above] == []


def test_only_one_file_talks_to_akismet_and_one_carries_it():
    assert importers("akismet", "requests", "urllib3") == {"comments/check/akismet.py"}
    assert importers("httpx") == {"comments/check/http.py"}


def test_only_one_file_sanitises():
    assert importers("bleach", "nh3") == {"blog/text/sanitizer.py"}


def test_the_product_never_imports_its_tests():
    assert importers("tests", "pytest") == set()


def test_only_one_file_calls_html_safe():
    users = {place(f) for f in product() if re.search(r"\bmark_safe\b|SafeString", f.read_text())}
    assert users <= {"blog/text/markup.py"}


def test_only_the_environment_of_jinja_marks_html_as_safe_for_it():
    users = {place(f) for f in product() if "Markup(" in f.read_text()}
    assert users <= {"blog/jinja.py", "config/jinja.py"}


def test_no_module_is_a_home_for_strays():
    strays = {"utils", "helpers", "services", "common", "misc", "selectors", "signals"}
    assert [place(file) for file in product() if file.stem in strays] == []


# Templates.


def test_no_template_trusts_what_it_prints():
    assert matches(templates(), r"\|\s*safe(?:seq)?\b|{%\s*autoescape\s+off") == []


def test_no_template_holds_a_script():
    inline = r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/ld\+json\")[^>]*>"
    assert matches(templates(), inline) == []


def test_no_template_holds_a_style_or_a_handler():
    assert matches(templates(), r"<style\b|<[a-z][^>]*\s(?:style|on[a-z]+)\s*=") == []


def test_no_template_takes_scripts_styles_or_pictures_from_elsewhere():
    foreign = r"<(?:script|link|img|iframe|source)[^>]*\s(?:src|href|srcset)=\"(?:https?:)?//"
    assert matches(templates(), foreign) == []


def test_lines_of_templates_are_short():
    lines = [line for file in templates() for line in file.read_text().splitlines()]
    assert sum(len(line) >= LONG_LINE for line in lines) <= MOST_LONG_LINES


# The repository.


def test_the_top_level_holds_what_the_owner_named():
    assert {name.partition("/")[0] for name in kept_files()} - TOP == set()


def test_no_file_names_a_package_host_or_a_path_of_a_machine():
    hosts = "|".join(("pypi" + r"\.org", "python" + "hosted", "npm" + "js", "arti" + "factory"))
    folders = "|".join(("home", "root", "work", "Users"))
    found = re.compile(rf"{hosts}|(?<![\w.*])/(?:{folders})/\w".encode())
    named = [name for name in kept_files() if found.search((ROOT / name).read_bytes())]
    assert named == []


def test_nothing_that_a_run_makes_is_kept():
    made = re.compile(r"(^|/)(data|__pycache__|\.venv|node_modules)/|\.(pyc|sqlite3|log)$")
    assert [name for name in kept_files() if made.search(name)] == []
