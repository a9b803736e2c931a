"""The append-only trail of who did what.

Owns the entries, the hash chain that shows when one was touched, and its verification. Knows events, never
the contexts that record them.
"""
