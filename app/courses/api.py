"""The catalogue over REST."""

from __future__ import annotations

from app.audit.changes_api import CHANGE_ROUTES
from app.courses import operations
from app.courses.schemas import CourseOutput, CourseSchema
from app.courses.validity_api import ValidityRoutes
from app.courses.views import CourseView
from app.platform.fab import OperationApi


class CourseApi(ValidityRoutes, OperationApi):
    """Courses."""

    resource_name = "courses"
    class_permission_name = "courses"
    include_route_methods = OperationApi.include_route_methods | CHANGE_ROUTES | {"preview_validity"}
    method_permission_name = OperationApi.method_permission_name | {"changes": "history"}
    datamodel = CourseView.datamodel
    search_columns = CourseView.search_columns
    order_columns = CourseView.order_columns
    output_schema = CourseOutput
    add_schema = edit_schema = CourseSchema
    add_operation = staticmethod(operations.create_course)
    edit_operation = staticmethod(operations.update_course)
    delete_operation = staticmethod(operations.archive_course)
    restore_operation = staticmethod(operations.restore_course)
