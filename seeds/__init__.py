"""Demo data: two tenants that could be real, for trying things out.

Safe to run any number of times: it adds what is missing and touches nothing that is there. Everything goes
through the contexts' own operations, so the audit trail of a demo tenant reads like any other. Dates are
relative to the day of seeding.
"""
