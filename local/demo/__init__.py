"""The demo: room telemetry through the forwarder into an IoT Events endpoint that fails for a while.

The readings of `examples/rooms` go in; tables, checks and an exit code come out. The entrance is
`__main__.py` (`python -m local.demo`).
"""
