"""Notifications, preferences, templates and the outbox

Revision ID: 202611211401
Revises: 202611211400
"""

import sqlalchemy as sa
from alembic import op


revision = "202611211401"
down_revision = "202611211400"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('notification_templates',
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('locale', sa.String(length=8), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id'], ['tenants.id'], name='fk_tenant'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('tenant_id', 'kind', 'locale', name='uq_notification_templates')
    )
    op.create_table('notification_preferences',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('channel', sa.String(length=10), nullable=False),
    sa.Column('choice', sa.String(length=10), nullable=False),
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'user_id'], ['ab_user.tenant_id', 'ab_user.id'], name='fk_notification_preferences_user_id'),
    sa.ForeignKeyConstraint(['tenant_id'], ['tenants.id'], name='fk_tenant'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('tenant_id', 'user_id', 'kind', 'channel', name='uq_notification_preferences')
    )
    op.create_table('notification_settings',
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('address', sa.String(length=320), nullable=True),
    sa.Column('phone', sa.String(length=40), nullable=True),
    sa.Column('digest_hour', sa.Integer(), nullable=True),
    sa.Column('has_own_quiet_hours', sa.Boolean(), nullable=False),
    sa.Column('quiet_from', sa.Integer(), nullable=True),
    sa.Column('quiet_until', sa.Integer(), nullable=True),
    sa.Column('is_digest_off', sa.Boolean(), nullable=False),
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'user_id'], ['ab_user.tenant_id', 'ab_user.id'], name='fk_notification_settings_user_id'),
    sa.ForeignKeyConstraint(['tenant_id'], ['tenants.id'], name='fk_tenant'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('tenant_id', 'address', name='uq_notification_settings_address'),
    sa.UniqueConstraint('tenant_id', 'user_id', name='uq_notification_settings_user')
    )
    op.create_table('notifications',
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('recipient_name', sa.String(length=160), nullable=False),
    sa.Column('data', sa.JSON(), nullable=False),
    sa.Column('link', sa.String(length=400), nullable=False),
    sa.Column('subject', sa.String(length=40), nullable=False),
    sa.Column('subject_id', sa.Uuid(), nullable=True),
    sa.Column('dedupe_key', sa.String(length=200), nullable=True),
    sa.Column('read_at', sa.DateTime(), nullable=True),
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'user_id'], ['ab_user.tenant_id', 'ab_user.id'], name='fk_notifications_user_id'),
    sa.ForeignKeyConstraint(['tenant_id'], ['tenants.id'], name='fk_tenant'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('tenant_id', 'dedupe_key', name='uq_notifications_dedupe'),
    sa.UniqueConstraint('tenant_id', 'id', name='uq_notifications_tenant_id')
    )
    op.create_index('ix_notifications_subject', 'notifications', ['tenant_id', 'subject_id', 'kind'], unique=False)
    op.create_index('ix_notifications_unread', 'notifications', ['tenant_id', 'user_id'], unique=False, sqlite_where=sa.text('read_at IS NULL'), postgresql_where=sa.text('read_at IS NULL'))
    op.create_index('ix_notifications_user', 'notifications', ['tenant_id', 'user_id', 'id'], unique=False)
    op.create_table('outbox_messages',
    sa.Column('channel', sa.String(length=10), nullable=False),
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('notification_id', sa.Uuid(), nullable=True),
    sa.Column('digest_id', sa.Uuid(), nullable=True),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('recipient_name', sa.String(length=160), nullable=False),
    sa.Column('address', sa.String(length=320), nullable=False),
    sa.Column('locale', sa.String(length=8), nullable=False),
    sa.Column('mail_link', sa.String(length=600), nullable=False),
    sa.Column('quiet_from', sa.Integer(), nullable=True),
    sa.Column('quiet_until', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('due_at', sa.DateTime(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('refusals', sa.Integer(), nullable=False),
    sa.Column('first_tried_at', sa.DateTime(), nullable=True),
    sa.Column('lease', sa.String(length=32), nullable=True),
    sa.Column('leased_until', sa.DateTime(), nullable=True),
    sa.Column('is_handed_over', sa.Boolean(), nullable=False),
    sa.Column('unsure_since', sa.DateTime(), nullable=True),
    sa.Column('sent_at', sa.DateTime(), nullable=True),
    sa.Column('last_error', sa.String(length=400), nullable=True),
    sa.Column('message_id', sa.String(length=200), nullable=True),
    sa.Column('title', sa.String(length=300), nullable=True),
    sa.Column('text', sa.Text(), nullable=True),
    sa.Column('html', sa.Text(), nullable=True),
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'digest_id'], ['outbox_messages.tenant_id', 'outbox_messages.id'], name='fk_outbox_messages_digest_id', initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['tenant_id', 'notification_id'], ['notifications.tenant_id', 'notifications.id'], name='fk_outbox_messages_notification_id'),
    sa.ForeignKeyConstraint(['tenant_id', 'user_id'], ['ab_user.tenant_id', 'ab_user.id'], name='fk_outbox_messages_user_id'),
    sa.ForeignKeyConstraint(['tenant_id'], ['tenants.id'], name='fk_tenant'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('tenant_id', 'id', name='uq_outbox_messages_tenant_id')
    )
    op.create_index('ix_outbox_messages_address', 'outbox_messages', ['tenant_id', 'address', 'created_at'], unique=False)
    op.create_index('ix_outbox_messages_digest', 'outbox_messages', ['tenant_id', 'digest_id'], unique=False)
    op.create_index('ix_outbox_messages_due', 'outbox_messages', ['tenant_id', 'channel', 'due_at'], unique=False, sqlite_where=sa.text("state IN ('waiting', 'collecting', 'sending')"), postgresql_where=sa.text("state IN ('waiting', 'collecting', 'sending')"))
    op.create_index('ix_outbox_messages_notification', 'outbox_messages', ['tenant_id', 'notification_id'], unique=False)
    op.create_index('ix_outbox_messages_state', 'outbox_messages', ['tenant_id', 'state', 'id'], unique=False)
    op.create_table('delivery_attempts',
    sa.Column('message_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('outcome', sa.String(length=12), nullable=False),
    sa.Column('detail', sa.String(length=400), nullable=False),
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'message_id'], ['outbox_messages.tenant_id', 'outbox_messages.id'], name='fk_delivery_attempts_message_id'),
    sa.ForeignKeyConstraint(['tenant_id'], ['tenants.id'], name='fk_tenant'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_delivery_attempts_message', 'delivery_attempts', ['tenant_id', 'message_id', 'number'], unique=False)
    op.add_column('tenants', sa.Column('quiet_from', sa.Integer(), nullable=True))
    op.add_column('tenants', sa.Column('quiet_until', sa.Integer(), nullable=True))
    op.add_column('tenants', sa.Column('is_urgent_at_night', sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column('tenants', sa.Column('digest_hour', sa.Integer(), server_default='7', nullable=False))


def downgrade():
    raise RuntimeError("migrations only add; restore a backup instead")
