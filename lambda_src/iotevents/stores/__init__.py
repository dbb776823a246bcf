"""Where accepted messages are kept."""
