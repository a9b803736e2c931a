"""Telling people: in TrainFlow, by e-mail and by SMS, each once.

Owns what was told to whom, how each person wants to be told, the texts, and the outbox that gets messages
out of the house. Leaves what is worth telling, and to whom, to the contexts above: they declare kinds and
call `operations.tell`. Knows logins and addresses, never employees.
"""
