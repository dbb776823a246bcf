"""A copy of the tree in which blocks of the documentation run, with the project's scripts on the path."""

import os
import re
import shutil
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

from tests.support.docs.markdown import ROOT

LEFT_OUT = (".git", ".venv", ".cache", "node_modules", "cdk.out", "__pycache__", ".*_cache", ".hypothesis")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
SCRIPTS: Mapping[str, str] = PROJECT["scripts"]
INSTALLED = Path(".venv", "installed")
"""Where the copy's metadata are, as an installation has them."""
STAMP = re.compile(r"^(\.venv/\w+):", re.MULTILINE)


def copy_tree(folder: Path) -> None:
    """Copy the project into a new folder, with the environment of the tests as its `.venv`."""
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*LEFT_OUT))
    _make_venv(folder / ".venv")
    _install(folder / INSTALLED)
    for stamp in STAMP.findall((folder / "Makefile").read_text("utf-8")):
        (folder / stamp).touch()


def environment(folder: Path) -> dict[str, str]:
    """Return the environment of a person who activated the copy's `.venv`, without an AWS account."""
    return {
        "PATH": f"{folder / '.venv' / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "PYTHONPATH": os.pathsep.join([str(folder / "lambda_src"), str(folder / INSTALLED)]),
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def _make_venv(venv: Path) -> None:
    """Link what the tests run with; only scripts, and what names a path, are made anew."""
    (venv / "bin").mkdir(parents=True)
    prefix = Path(sys.prefix)
    for path in (*(prefix / "bin").iterdir(), *(p for p in prefix.iterdir() if p.name != "bin")):
        target = venv / path.relative_to(prefix)
        if path.name not in (*SCRIPTS, "activate") and not target.exists():
            target.symlink_to(path)
    for name, place in SCRIPTS.items():
        module, _, function = place.partition(":")
        script = venv / "bin" / name
        script.write_text(
            f"#!{venv}/bin/python\nimport sys\nfrom {module} import {function}\nsys.exit({function}())\n"
        )
        script.chmod(0o755)
    (venv / "bin" / "activate").write_text(f'PATH="{venv}/bin:$PATH"\n')


def _install(folder: Path) -> None:
    """Write the metadata of an installation, by which pytest finds plugins and commands their version."""
    metadata = folder / f"{PROJECT['name'].replace('-', '_')}-{PROJECT['version']}.dist-info"
    metadata.mkdir(parents=True)
    head = f"Metadata-Version: 2.4\nName: {PROJECT['name']}\nVersion: {PROJECT['version']}\n"
    (metadata / "METADATA").write_text(head)
    groups = {"console_scripts": SCRIPTS, **PROJECT.get("entry-points", {})}
    lines = (
        f"[{group}]\n" + "".join(f"{name} = {place}\n" for name, place in places.items())
        for group, places in groups.items()
    )
    (metadata / "entry_points.txt").write_text("".join(lines))


def files_of(folder: Path) -> set[Path]:
    """Return the files of a copy, without hidden folders and what Python compiled."""
    found: set[Path] = set()
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__" and not name.startswith(".")]
        found |= {Path(parent, name).relative_to(folder) for name in names}
    return found
