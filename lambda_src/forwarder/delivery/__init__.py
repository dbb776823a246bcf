"""Delivery: the messages of one invocation, sent to the target in order and before the deadline.

In: routed records and a function that makes one BatchPutMessage call. Out: a `MessageResult` of each message,
and what these make of their records. Entrance: `delivery.py`; who goes next is decided in `scheduler.py`.
"""
