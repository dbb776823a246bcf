"""What `make deploy` and `make destroy` do before they leave it to the CDK CLI."""
