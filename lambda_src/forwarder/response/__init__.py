"""The end of an invocation: what Lambda is answered, and what the log and the metrics say of it.

In: the event and the result of each of its records. Out: a partial batch response, visibility timeouts of the
returned messages, a log line and metrics. Entrance: `batch_response.py`; the texts for people come
from `report.py`.
"""
