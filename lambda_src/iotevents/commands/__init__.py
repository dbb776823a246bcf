"""The subcommands of `python -m iotevents`, one file each."""
