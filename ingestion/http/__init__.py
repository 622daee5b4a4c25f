"""HTTP, whatever the source: a patient client, and servers on loopback that answer like an API.

What belongs here: what the client of every source does (rate, retries, giving up), and what a
replayed API needs besides its answers (connections, faults on demand, counting). What does not:
what is asked and answered, which is each source's own.
"""
