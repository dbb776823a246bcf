"""The commands of `iotevents`, one file each; `arguments`, `printing` and `progress` are shared.

Arguments go in, an exit code comes out; results are printed on standard output, problems on standard error.
A file's entrance is `add_arguments`, which describes its command, and `run`, which executes it; the table of
commands is in `iotevents.__main__`.
"""
