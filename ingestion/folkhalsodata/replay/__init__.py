"""A server that answers like PxWeb's API v1 from a folder, on loopback only.

What belongs here: reading the folder, the API's answers and limit, its own faults on demand, and
the generated demonstration tables. What does not: the client, which knows nothing of this package.

The folder holds one json-stat2 file a table, as the API answers when everything is asked for, at
the table's path with `.json` added: `B_HLV/eSocialarel/aSocialarel/hlv1socxreg.px.json`.
"""
