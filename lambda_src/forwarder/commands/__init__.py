"""Commands of `python -m forwarder`: in go the command's options, out come its text and exit code.

`check.py`, `explain.py` and `replay_rejected.py` are the entrances, each with `add_arguments` and `run`;
`dry_run.py` is the invocation that `explain` describes, `inputs.py` reads files. The function imports
nothing of this folder.
"""
