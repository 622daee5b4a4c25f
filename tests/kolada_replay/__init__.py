"""Tests of the server that answers like Kolada, and of the demonstration snapshot."""
