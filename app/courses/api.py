"""The catalogue over REST."""

from __future__ import annotations

from app.courses import operations
from app.courses.schemas import CourseOutput, CourseSchema
from app.courses.views import CourseView
from app.platform.fab import OperationApi


class CourseApi(OperationApi):
    """Courses."""

    resource_name = "courses"
    class_permission_name = "courses"
    datamodel = CourseView.datamodel
    search_columns = CourseView.search_columns
    order_columns = CourseView.order_columns
    output_schema = CourseOutput
    add_schema = edit_schema = CourseSchema
    add_operation = staticmethod(operations.create_course)
    edit_operation = staticmethod(operations.update_course)
    delete_operation = staticmethod(operations.archive_course)
