"""The SDKs that `make sdks` installs for the tests: the last ones that have the service."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / ".cache" / "sdks"
BOTO3 = FOLDER / "python"
"""An import root with boto3 and botocore 1.43.37."""
JAVASCRIPT = FOLDER / "node_modules"
"""The packages of JavaScript; absent where npm could not reach its registry."""


@cache
def install() -> None:
    """Install the SDKs, unless they are there; once is enough."""
    subprocess.run(["make", "--no-print-directory", "sdks"], cwd=ROOT, check=True)
