"""What runs the forwarder on this machine: events, pollers, the Lambda runtime, the demo."""
