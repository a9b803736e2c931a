"""Who signs in, and what each role may do.

Owns logins (FAB's user table, extended), the six roles, the permission table, sign-in with lock-out, and
sessions. Leaves the person behind a login to organisation.
"""
