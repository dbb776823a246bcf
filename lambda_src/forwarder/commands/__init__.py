"""The subcommands of `python -m forwarder`, one file each; the function itself needs none of them."""
