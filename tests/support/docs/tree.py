"""A copy of the tree in which blocks of the documentation run, with the project's scripts on the path."""

import os
import re
import shutil
import sys
from pathlib import Path

from tests.support.docs.markdown import ROOT

LEFT_OUT = (".git", ".venv", ".cache", "node_modules", "cdk.out", "__pycache__", ".*_cache", ".hypothesis")
SCRIPTS = {"iotevents": "iotevents.__main__", "iot-forwarder": "forwarder.__main__"}
STAMP = re.compile(r"^(\.venv/\w+):", re.MULTILINE)


def copy_tree(folder: Path) -> None:
    """Copy the project into a new folder, with the environment of the tests as its `.venv`."""
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*LEFT_OUT))
    _make_venv(folder / ".venv")
    for stamp in STAMP.findall((folder / "Makefile").read_text("utf-8")):
        (folder / stamp).touch()


def environment(folder: Path) -> dict[str, str]:
    """Return the environment of a person who activated the copy's `.venv`, without an AWS account."""
    return {
        "PATH": f"{folder / '.venv' / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "PYTHONPATH": str(folder / "lambda_src"),
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
    for name, module in SCRIPTS.items():
        script = venv / "bin" / name
        script.write_text(f"#!{venv}/bin/python\nimport sys\nfrom {module} import main\nsys.exit(main())\n")
        script.chmod(0o755)
    (venv / "bin" / "activate").write_text(f'PATH="{venv}/bin:$PATH"\n')


def files_of(folder: Path) -> set[Path]:
    """Return the files of a copy, without hidden folders and what Python compiled."""
    found: set[Path] = set()
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__" and not name.startswith(".")]
        found |= {Path(parent, name).relative_to(folder) for name in names}
    return found
