"""AWS Lambda on this machine: a function in a process of its own, and the events that it gets.

A handler's name, its code root and an environment go in; `Runtime.invoke` takes an event and returns the
response. The entrance is `runtime.py`; `events.py` and `kpl.py` build events of SQS and Kinesis.
"""
