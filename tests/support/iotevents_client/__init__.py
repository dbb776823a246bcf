"""Helpers for tests of `iotevents_client`: requests recorded on the wire."""
