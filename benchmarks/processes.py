"""Work in fresh processes, which print what they measured of themselves on standard error."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parent.parent
MODELS = ROOT / "lambda_src/iotevents_client/models"
FUNCTION = {
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_REGION": "eu-west-1",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}
"""What a function finds around it: credentials that are no secret, and none of the user's settings."""
_PATHS = {"PATH": os.defpath, "PYTHONPATH": f"{ROOT / 'lambda_src'}{os.pathsep}{ROOT}"}

CONTEXT = """
class Context:
    aws_request_id = "benchmark"

    def get_remaining_time_in_millis(self):
        return 900_000
"""
"""The part of Lambda's context object that the handler uses."""


def measure(work: str, environment: Mapping[str, str], *arguments: str) -> list[float]:
    """Run Python text in a fresh process and return the numbers of the last line it printed as an error."""
    done = subprocess.run(
        [sys.executable, "-c", work, *arguments],
        env={**_PATHS, **FUNCTION, **environment},
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:  # what went wrong is on standard error
        raise SystemExit(f"a measured process failed:\n{done.stderr}")
    return [float(number) for number in done.stderr.splitlines()[-1].split()]
