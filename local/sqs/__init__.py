"""SQS on loopback for real boto3 clients: the demo's rejected-records queue, and others beside it.

Requests of SQS's JSON protocol go in, answers and errors as in the API reference come out. The entrance is
`server.py`; `queue.py` holds the rules of a queue, `json_service.py` the HTTP.
"""
