"""Let the application have the planner look at a table that it filled

ANALYZE is the owner's right, and the application is not the owner. The function looks only at tables of its
own schema, and only at those that grew by a tenth.

Revision ID: 202611211827
Revises: 202611211815
"""

from alembic import op

revision = "202611211827"
down_revision = "202611211815"
branch_labels = None
depends_on = None

REFRESH = """
CREATE FUNCTION trainflow_refresh_statistics(tables text[], written integer[]) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path FROM CURRENT AS $function$
DECLARE
    found record;
BEGIN
    FOR found IN
        SELECT n.nspname AS schema, c.relname AS name
        FROM unnest(tables, written) AS given (name, rows)
        JOIN pg_class c ON c.relname = given.name AND c.relkind IN ('r', 'p')
        JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = current_schema()
        WHERE given.rows >= 0.1 * greatest(c.reltuples, 0)
    LOOP
        EXECUTE format('ANALYZE %I.%I', found.schema, found.name);
    END LOOP;
END
$function$
"""


def upgrade():
    # SQLite has no owners; there the application asks for it itself.
    if op.get_bind().dialect.name == "postgresql":
        op.execute(REFRESH)


def downgrade():
    raise RuntimeError("migrations only add; restore a backup instead")
