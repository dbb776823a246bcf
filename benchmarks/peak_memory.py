"""Peak memory for one event, in a process of its own.

As in Lambda, the process reads the event's text, parses it and handles it.
"""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.processes import CONTEXT, measure
from benchmarks.ways import configuration
from local.lambda_runtime.events import Event

_SENDERS = {
    "loop": "from benchmarks.ways import loop\nsend = loop({url!r})",
    "Powertools": "from benchmarks.ways import powertools\nsend = powertools({url!r})",
    "forwarder": f"""
from forwarder.handler import lambda_handler
{CONTEXT}
def send(event):
    if lambda_handler(event, Context())["batchItemFailures"]:
        raise SystemExit("the forwarder gave records back")
""",
}
_WORK = """
import json, re, sys
{sender}
with open(sys.argv[1]) as file:
    event = json.load(file)
send(event)
with open("/proc/self/status") as file:
    print(re.search(r"VmHWM:\\s+([0-9]+) kB", file.read())[1], file=sys.stderr)
"""
# VmHWM, as getrusage would also count what the parent had when it made the process.


def peak_memory(event: Event, url: str) -> dict[str, float]:
    """Return the peak memory in MiB by way; needs Linux."""
    environment = {"FORWARDER_CONFIG": json.dumps(configuration(url, "key", 8))}
    with TemporaryDirectory() as folder:
        path = Path(folder) / "event.json"
        path.write_text(json.dumps(event))
        return {
            name: measure(_WORK.format(sender=sender.format(url=url)), environment, str(path))[0] / 1024
            for name, sender in _SENDERS.items()
        }
