"""Spreadsheets in: owns reading untidy files, matching their columns to fields, and batches with their rows.

It knows files, tables, columns, values and batches, and calls what a context declares as an importer.
It leaves what the rows mean, and every write of business data, to the contexts whose rows they are.
"""
