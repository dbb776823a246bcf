"""What the function imports: a cold start pays for nothing that only the commands need."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
COMMANDS_ONLY = (
    "forwarder.commands",
    "forwarder.rejected_records.decoder",
    "forwarder.redrive",
)
SCRIPT = f"""
import sys
import forwarder.handler
print([name for name in sys.modules if name.startswith({COMMANDS_ONLY!r})])
"""


def test_function_imports_no_command() -> None:
    environment = {
        "PYTHONPATH": "lambda_src",
        "FORWARDER_CONFIG": '{"routes": [{"inputName": "a"}]}',
        "AWS_ENDPOINT_URL_IOT_EVENTS_DATA": "http://127.0.0.1:9",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "POWERTOOLS_METRICS_NAMESPACE": "n",
        "POWERTOOLS_SERVICE_NAME": "s",
    }
    command = [sys.executable, "-c", SCRIPT]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("[]\n", 0), done.stderr
