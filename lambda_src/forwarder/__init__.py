"""IoT Events forwarder: SQS and Kinesis records in, BatchPutMessage calls out, failed records back."""
