"""AWS's API: operations from dict to dict, their paths, and their errors; knows no HTTP library."""
