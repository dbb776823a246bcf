"""The API over HTTP on this machine: starlette on uvicorn, and the one writer behind it."""
