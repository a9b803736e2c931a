"""Owns reports: what each says and by which filters, its PDF, workbook and JSON, the runs that are kept and what is
sent on a schedule. Every row is read through the policies of the context that it belongs to.
"""
