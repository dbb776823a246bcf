"""Helpers for tests of `iotevents`: models, calls and servers go in; traces, rows and live runs come out."""
