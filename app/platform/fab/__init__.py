"""Flask-AppBuilder, kept at the edge: forms in, operations called, flashes out."""

from app.platform.fab.api import OperationApi
from app.platform.fab.filters import VisibleTo
from app.platform.fab.interface import TenantInterface
from app.platform.fab.view import OperationView

__all__ = ["OperationApi", "OperationView", "TenantInterface", "VisibleTo"]
