"""Row-level security: a function that puts every tenant table behind a policy

The function is called after every upgrade (migrations/env.py) and by `flask trainflow secure-database`, so
that tables of later migrations are covered as well. It reads the catalogue, so it knows no table by name but
the trail.

Revision ID: 202611211421
Revises: 202611211420
"""

from alembic import op

revision = "202611211421"
down_revision = "202611211420"
branch_labels = None
depends_on = None

SECURE_TABLES = """
CREATE FUNCTION trainflow_secure_tables(application_role text) RETURNS integer LANGUAGE plpgsql AS $function$
DECLARE
    found record;
    secured integer := 0;
BEGIN
    FOR found IN
        SELECT c.oid, c.relname AS name, c.relrowsecurity AS is_secured, a.attnotnull AS always_owned
        FROM pg_class c
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
        WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
        ORDER BY c.relname
    LOOP
        secured := secured + 1;
        IF NOT EXISTS (SELECT FROM pg_policy WHERE polrelid = found.oid AND polname = 'own_tenant') THEN
            EXECUTE format($policy$
                CREATE POLICY own_tenant ON %I
                USING (tenant_id = (SELECT nullif(current_setting('trainflow.tenant', true), '')::uuid))
            $policy$, found.name);
        END IF;
        IF NOT EXISTS (SELECT FROM pg_policy WHERE polrelid = found.oid AND polname = 'every_tenant') THEN
            EXECUTE format($policy$
                CREATE POLICY every_tenant ON %I
                USING ((SELECT current_setting('trainflow.scope', true)) = 'every tenant')
            $policy$, found.name);
        END IF;
        IF NOT found.always_owned AND NOT EXISTS (
            SELECT FROM pg_policy WHERE polrelid = found.oid AND polname = 'platform') THEN
            EXECUTE format($policy$
                CREATE POLICY platform ON %I
                USING (tenant_id IS NULL AND (SELECT current_setting('trainflow.scope', true)) = 'platform')
            $policy$, found.name);
        END IF;
        IF NOT found.is_secured THEN
            EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', found.name);
        END IF;
    END LOOP;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = application_role AND rolname <> current_user) THEN
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), application_role);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %I TO %I',
                       current_schema(), application_role);
        EXECUTE format('GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA %I TO %I',
                       current_schema(), application_role);
        EXECUTE format('REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM %I', application_role);
        EXECUTE format('REVOKE UPDATE, DELETE ON audit_logs FROM %I', application_role);
    END IF;
    RETURN secured;
END
$function$
"""


def upgrade():
    # SQLite has neither roles nor policies; there the session's fence stands alone.
    if op.get_bind().dialect.name == "postgresql":
        op.execute(SECURE_TABLES)


def downgrade():
    raise RuntimeError("migrations only add; restore a backup instead")
