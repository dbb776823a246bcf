import json
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from infra.constructs import bundle as bundles
from infra.constructs.bundle import Bundle
from infra.errors import BundleError
from tests.support.infra.settings import CONFIG, properties

BUNDLE = Bundle("arm64", CONFIG)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("bundle"))


def build(target: Path) -> Path:
    BUNDLE.build(target)
    return target


def content(folder: Path) -> dict[str, str]:
    """Mode and digest of every file, by path."""
    return {
        path.relative_to(
            folder
        ).as_posix(): f"{path.stat().st_mode:o} {sha256(path.read_bytes()).hexdigest()}"
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_bundle_has_what_the_function_imports(built: Path) -> None:
    """Run alone it finds everything but boto3, which Lambda's runtime brings."""
    script = "import sys; sys.path[:] = [sys.argv[1], *[p for p in sys.path if 'site-packages' not in p]]\n"
    script += "import forwarder.config, forwarder.routing, aws_lambda_powertools, jmespath\n"
    script += "print(forwarder.__file__, jmespath.__file__)"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", script, str(built)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert all(path.startswith(str(built)) for path in done.stdout.split())


def test_bundle_has_the_handler(built: Path) -> None:
    assert (built / "forwarder" / "handler.py").exists()
    assert (built / "iotevents_client" / "models" / "iotevents-data").is_dir()


def test_bundle_has_nothing_else(built: Path) -> None:
    names = {path.name for path in built.rglob("*")}
    assert {path.name for path in built.iterdir() if path.suffix != ".dist-info"} == {
        "aws_lambda_powertools",
        "config.json",
        "forwarder",
        "iotevents_client",
        "jmespath",
        "typing_extensions.py",
    }
    assert not names & {"boto3", "botocore", "__pycache__", "RECORD", "INSTALLER", "bin", "requirements.txt"}
    assert not [path for path in built.rglob("*") if path.suffix in (".pyc", ".so")]


def test_bundle_has_the_config(built: Path) -> None:
    assert json.loads((built / "config.json").read_text()) == CONFIG


def test_bundle_is_small(built: Path) -> None:
    assert sum(path.stat().st_size for path in built.rglob("*") if path.is_file()) < 6_000_000


def test_two_builds_are_the_same(built: Path, tmp_path: Path) -> None:
    assert content(build(tmp_path)) == content(built)


def another_python() -> str | None:
    """Return a Python of another version on this machine, if there is one that runs."""
    others = [minor for minor in range(11, 16) if minor != sys.version_info.minor]
    found = [path for minor in others if (path := shutil.which(f"python3.{minor}"))]
    runs = (
        one
        for one in found
        if not subprocess.run([one, "-c", ""], check=False, capture_output=True).returncode
    )
    return next(runs, None)


def test_another_python_builds_the_same(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = another_python()
    if python is None:
        pytest.skip("no other Python on this machine")
    other = tmp_path / "environment"
    subprocess.run([python, "-m", "venv", str(other)], check=True, capture_output=True)
    monkeypatch.setattr(sys, "executable", str(other / "bin" / "python"))
    (tmp_path / "bundle").mkdir()
    assert content(build(tmp_path / "bundle")) == content(built)


@pytest.mark.parametrize(
    "changed",
    [
        Bundle("x86_64", CONFIG),
        Bundle("arm64", {**CONFIG, "workers": 9}),
        Bundle("arm64", {"routes": [{"inputName": "other"}]}),
    ],
)
def test_digest_follows_the_settings(changed: Bundle) -> None:
    assert changed.digest() != BUNDLE.digest()


def copy_sources(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    source = folder / "lambda_src"
    for package in bundles.PACKAGES:
        shutil.copytree(bundles.SOURCE / package, source / package)
    monkeypatch.setattr(bundles, "SOURCE", source)
    return source


def test_digest_follows_the_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = BUNDLE.digest()
    source = copy_sources(tmp_path, monkeypatch)
    assert BUNDLE.digest() == before
    (source / "forwarder" / "__pycache__").mkdir(exist_ok=True)
    (source / "forwarder" / "__pycache__" / "any.pyc").write_bytes(b"1")
    assert BUNDLE.digest() == before
    with (source / "forwarder" / "events.py").open("a") as file:
        file.write("\n")
    assert BUNDLE.digest() != before


def asset(**changes: Any) -> Any:
    return properties("AWS::Lambda::Function", **changes)["Code"]["S3Key"]


def test_one_changed_key_makes_a_new_asset() -> None:
    assert asset() == asset(alarms={"oldestMessageMinutes": 7})
    assert asset(config={**CONFIG, "workers": 7}) != asset()
    assert asset(signingName="execute-api") != asset()


def test_requirements_are_locked_by_hash() -> None:
    text = bundles.REQUIREMENTS.read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip()]
    assert {line.split("==")[0] for line in lines} == {
        "aws-lambda-powertools",
        "jmespath",
        "typing-extensions",
    }
    assert all("--hash=sha256:" in line for line in lines)


def test_requirements_agree_with_the_developers() -> None:
    everything = (Path(__file__).parents[2] / "requirements.txt").read_text().splitlines()
    for line in bundles.REQUIREMENTS.read_text().splitlines():
        if "==" in line:
            assert line.split()[0] in everything


def test_wrong_hash_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = tmp_path / "requirements.txt"
    wrong.write_text("jmespath==1.1.0 --hash=sha256:" + "0" * 64 + "\n")
    monkeypatch.setattr(bundles, "REQUIREMENTS", wrong)
    with pytest.raises(BundleError, match="pip could not install"):
        build(tmp_path)
