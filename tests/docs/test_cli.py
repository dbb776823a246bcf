"""docs/cli.md has every command, option and target, with the defaults that the commands have."""

import re
from pathlib import Path

import pytest

from tests.support.docs.commands import MAKEFILE, help_of
from tests.support.docs.markdown import DOCS, section_of, tables_of
from tests.support.docs.tree import PROJECT, SCRIPTS

TEXT = (DOCS / "cli.md").read_text("utf-8")
COMMANDS = [tuple(heading.split(" ")) for heading in re.findall(r"^## (io.*)$", TEXT, re.MULTILINE)]
HEADS = {" ".join(command): section_of(TEXT, f"## {' '.join(command)}") for command in COMMANDS}


def subcommands(help_text: str) -> set[str]:
    """Return the names of the commands that a help lists."""
    return set(re.findall(r"^    ([a-z-]+)(?: |$)", help_text, re.MULTILINE))


@pytest.mark.parametrize("program", SCRIPTS)
def test_commands_are_all_there(tree: Path, program: str) -> None:
    named = {command[1] for command in COMMANDS if command[0] == program}
    assert subcommands(help_of((program,), tree)) == named


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_options_are_all_there(tree: Path, command: tuple[str, ...]) -> None:
    tables = tables_of(HEADS[" ".join(command)])
    rows = {row[0].strip("`"): row[1] for table in tables for row in table}
    help_text = help_of(command, tree)
    assert set(rows) == set(re.findall(r"--[a-z-]+", help_text)) - {"--help"}
    usage = help_text.partition("\n\n")[0]
    required = {option for option in rows if f"[{option}" not in usage and f"{option} |" not in usage}
    either = {option for option, default in rows.items() if default.startswith("this or")}
    assert {option for option, default in rows.items() if default == "required"} == required - either


def test_defaults_are_true(tree: Path) -> None:
    for command, text in HEADS.items():
        help_text = " ".join(help_of(tuple(command.split(" ")), tree).split())
        defaults = [row[1].strip("`") for table in tables_of(text) for row in table if "`" in row[1]]
        assert all(f"default: {value}" in help_text or "FORWARDER" in value for value in defaults)


def test_targets_are_all_there() -> None:
    rows = tables_of(section_of(TEXT, "## make"))[0]
    named = {name for row in rows for name in re.findall("`make ([a-z0-9-]+)`", row[0])}
    assert named == set(re.findall(r"^([a-z0-9-]+):.*##", MAKEFILE, re.MULTILINE))


def test_extras_are_all_there() -> None:
    rows = tables_of(section_of(TEXT, "## Installation"))[0]
    assert [row[0].strip("`") for row in rows] == ["", *PROJECT["optional-dependencies"]]
