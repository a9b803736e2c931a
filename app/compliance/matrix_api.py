"""The matrix over REST: the required pairs and how each stands."""

from __future__ import annotations

from flask import Response, g
from flask_appbuilder.api import BaseApi, expose, protect
from flask_appbuilder.security.decorators import permission_name
from marshmallow import fields

from app.compliance import explaining, grid, matrix_request, schemas
from app.compliance.coverage_views import asked_day
from app.platform.described import gives
from app.platform.errors import NotFound
from app.platform.rest import no_such_row


class MatrixApi(BaseApi):
    """The training matrix."""

    resource_name = "matrix"
    version = "v1"
    class_permission_name = "matrix"
    allow_browser_login = True

    @expose("/", methods=["GET"])
    @protect()
    @permission_name("read")
    @gives(day=fields.Date(), count=fields.Integer(), result=[schemas.MatrixPersonOutput],
           courses=[schemas.MatrixCourseOutput], next=fields.String(), more_courses=fields.Integer())
    def get_matrix(self) -> Response:
        """A page of people with their cells, narrowed as on screen
        ---
        get:
          parameters:
          - {in: query, name: department, schema: {type: string, format: uuid}}
          - {in: query, name: job_role, schema: {type: string, format: uuid}}
          - {in: query, name: grade, schema: {type: string, format: uuid}}
          - {in: query, name: category, schema: {type: string}}
          - {in: query, name: state, schema: {type: string}}
          - {in: query, name: show, schema: {type: string, enum: [required, all, gaps]}}
          - {in: query, name: day, schema: {type: string, format: date}}
          - {in: query, name: after, schema: {type: string}, description: next of the page before}
          - {in: query, name: size, schema: {type: integer, enum: [25, 50, 100]}}
          responses:
            200: {description: 'People, courses and cells; next leads to the page after'}
            401: {$ref: '#/components/responses/401'}
            403: {$ref: '#/components/responses/403'}
        """
        wanted = matrix_request.wanted()
        found = grid.page(g.user, wanted, size=matrix_request.page_size(), after=matrix_request.mark(),
                          first_course=matrix_request.first_course())
        people = [{"id": one.id, "number": one.number, "name": one.name,
                   "cells": {str(course.id): cell for course, cell in found.row(one.id) if cell is not None}}
                  for one in found.people]
        return self.response(200, day=wanted.day.isoformat(), count=len(people),
                             result=schemas.MatrixPersonOutput(many=True).dump(people),
                             courses=schemas.MatrixCourseOutput(many=True).dump(found.courses),
                             next=matrix_request.as_text(found.after), more_courses=found.more_courses)

    @expose("/cells/<employee_id>/<course_id>", methods=["GET"])
    @protect()
    @permission_name("read")
    @gives(day=fields.Date(), result=schemas.ExplainedOutput)
    def get_cell(self, employee_id: str, course_id: str) -> Response:
        """How somebody stands for a course, and why in sentences
        ---
        get:
          parameters:
          - {in: path, name: employee_id, required: true, schema: {type: string, format: uuid}}
          - {in: path, name: course_id, required: true, schema: {type: string, format: uuid}}
          - {in: query, name: day, schema: {type: string, format: date}}
          responses:
            200: {description: 'The cell with its reasons, the rules that ask for it and the certificate that decides'}
            401: {$ref: '#/components/responses/401'}
            404: {$ref: '#/components/responses/404'}
        """
        employee, course = matrix_request.person(employee_id), matrix_request.course(course_id)
        if employee is None or course is None:
            raise NotFound(no_such_row())
        day = asked_day()
        return self.response(200, day=day.isoformat(), result=schemas.ExplainedOutput().dump(
            explaining.explain(employee, course, day)))
