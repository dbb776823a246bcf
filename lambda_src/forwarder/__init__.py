"""IoT Events forwarder: SQS and Kinesis records in, BatchPutMessage calls out, failed records back.

Public is `forwarder.handler.lambda_handler`, which is what Lambda calls; the rest is private and may change.
The entrance of the commands is `__main__.py`.
"""
