"""The operations of the data plane as functions of decoded JSON, without HTTP.

A request's document goes in, an answer's document comes out; in between are commands and queries for the
service. `operations` is the entrance: the table of all operations. `call_errors` maps errors to AWS's codes.
"""
