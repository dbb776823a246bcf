"""The rules for words: names say what a value is, docstrings begin with a verb, short names of tests."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = ("lambda_src", "infra", "local", "benchmarks")
FILES = sorted([ROOT / "app.py", *(file for folder in SOURCES for file in (ROOT / folder).rglob("*.py"))])
PACKAGES = sorted(
    file for folder in (*SOURCES, "tests/support") for file in (ROOT / folder).rglob("__init__.py")
)
TESTS = sorted((ROOT / "tests").rglob("test_*.py"))
PRONOUNS = {"one", "found", "made", "told", "given", "several"}
NOT_VERBS = {
    "The",
    "A",
    "What",
    "Which",
    "Whether",
    "How",
    "That",
    "Those",
    "All",
    "When",
    "Where",
    "Why",
    "It",
}
LONGEST_NAME = 50


def names_in(node: ast.AST) -> Iterator[str]:
    """Yield the names that a node binds or reads."""
    match node:
        case ast.Name(id=name) | ast.arg(arg=name) | ast.Attribute(attr=name):
            yield name
        case ast.keyword(arg=str(name)) | ast.ExceptHandler(name=str(name)):
            yield name
        case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            yield name
        case ast.alias(name=name, asname=alias):
            yield from {name.rpartition(".")[2], alias or ""}


def pronouns(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield line and name of each value that is named by a pronoun."""
    for node in ast.walk(tree):
        yield from ((getattr(node, "lineno", 0), name) for name in names_in(node) if name in PRONOUNS)


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield the functions of a tree, methods and inner ones too."""
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def verbless(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield line and first line of each docstring of a function that does not begin with a verb."""
    for function in functions(tree):
        docstring = ast.get_docstring(function) or ""
        if docstring.partition(" ")[0] in NOT_VERBS:
            yield function.lineno, docstring.partition("\n")[0]


def parsed(file: Path) -> ast.Module:
    """Return the syntax tree of a file."""
    return ast.parse(file.read_text("utf-8"))


def place(file: Path, line: int) -> str:
    """Return a place as editors open it: file:line."""
    return f"{file.relative_to(ROOT)}:{line}"


def test_values_have_names() -> None:
    findings = [f"{place(file, line)}: {name}" for file in FILES for line, name in pronouns(parsed(file))]
    assert findings == []


def test_docstrings_begin_with_a_verb() -> None:
    findings = [f"{place(file, line)}: {text}" for file in FILES for line, text in verbless(parsed(file))]
    assert findings == []


def test_test_names_are_short() -> None:
    findings = [
        f"{place(file, function.lineno)}: {function.name}"
        for file in TESTS
        for function in functions(parsed(file))
        if function.name.startswith("test_") and len(function.name) > LONGEST_NAME
    ]
    assert findings == []


def test_packages_have_docstrings() -> None:
    docstrings = {place(file, 1): ast.get_docstring(parsed(file)) for file in PACKAGES}
    assert [file for file, text in docstrings.items() if not text or "TODO" in text] == []


@pytest.mark.parametrize(
    "source",
    [
        "one = 1",
        "found: int",
        "def f(made): ...",
        "def f(*, told=1): ...",
        "lambda given: 0",
        "[several for several in x]",
        "x.found",
        "f(one=1)",
        "import a as one",
        "from a import made",
        "try: ...\nexcept E as found: ...",
        "match x:\n    case [*several]: ...",
        "with x as made: ...",
        "match x:\n    case {'a': one}: ...",
    ],
)
def test_pronoun_is_noticed(source: str) -> None:
    assert list(pronouns(ast.parse(source)))


@pytest.mark.parametrize("source", ["one_by_one = 1", "'found'", "# made", "x['given']"])
def test_noun_is_passed(source: str) -> None:
    assert list(pronouns(ast.parse(source))) == []
