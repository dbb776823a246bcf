"""The API over HTTP on this machine: starlette on uvicorn, and the single writer thread behind it.

Requests in AWS's wire format go in, answers come out. `app` is the entrance: operations as HTTP routes;
`backend` runs service and store in one thread (`writer`) and fires timers, `uvicorn_server` handles signals.
"""
