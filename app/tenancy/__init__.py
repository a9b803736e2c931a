"""The organisations that share one installation.

Owns tenants, their plan and typed settings (time zone, languages, expiring window). Leaves who may sign in
to accounts, and every rule that reads a setting to the context whose rule it is.
"""
