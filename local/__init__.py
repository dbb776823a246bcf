"""The forwarder on this machine, in an emulated AWS: runtime, SQS, faulty endpoints, pollers, the demo."""
