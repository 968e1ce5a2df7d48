"""The OpenAPI document of the REST door, made from what view sets, inputs and representations declare.

drf-spectacular reads the serializers and keeps the components; the operations are put together here, because this door
has its own envelopes, problems, headers and parameters, and documents each of them. OpenAPI 3.1.
"""

import inspect
from collections.abc import Mapping
from typing import Any

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from rest_framework import serializers

from core import documents as doc
from core.api import ApiViewSet
from core.inputs import Input
from core.names import camel_case
from core.patches import JSON_PATCH, MERGE_PATCH
from core.reads import HotReads
from core.representations import OnRequest, Representation, SeenBy, Shown

VERBS = {
    "list": "list",
    "retrieve": "get",
    "create": "create",
    "update": "replace",
    "partial_update": "update",
    "destroy": "delete",
}
JSON = "application/json"


class ShownField(OpenApiSerializerFieldExtension):
    """A field that writes its own expression looks like the field that it shows."""

    target_class = Shown
    match_subclasses = True

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        """The schema of what is shown, or of either of two."""
        shown = _schema_of(auto_schema, self.target.shows, direction)
        other = getattr(self.target, "otherwise", None)
        if isinstance(self.target, SeenBy) and other is not None:
            return {"anyOf": [shown, _schema_of(auto_schema, other, direction)]}
        return shown  # that it may be null, drf-spectacular says from the field


def _schema_of(auto_schema: Any, field: Any, direction: Any) -> dict[str, Any]:
    if isinstance(field, serializers.Serializer):
        ref = auto_schema.resolve_serializer(field, direction).ref
        return _nullable(ref) if field.allow_null else dict(ref)
    found = dict(auto_schema._map_serializer_field(field, direction))
    found.pop("readOnly", None)
    if isinstance(found.get("type"), list):
        found["type"] = found["type"][0]  # that it may be null is said around it
    return found


def _nullable(schema: Mapping[str, Any]) -> dict[str, Any]:
    if isinstance(schema.get("type"), str) and "enum" not in schema:
        return {**schema, "type": [schema["type"], "null"]}
    return {"anyOf": [dict(schema), {"type": "null"}]}


def _as_shown(schema: dict[str, Any]) -> dict[str, Any]:
    """Without bounds that only say how wide a column is."""
    bounds = ("exclusiveMaximum", "exclusiveMinimum", "maximum", "minimum")
    return {name: value for name, value in schema.items() if name not in bounds or value == 0}


class Schema(AutoSchema):
    """One operation of one view set."""

    view: Any  # an ApiViewSet

    @property
    def action(self) -> str:
        """The view set's method that carries the operation out."""
        return str(self.view.action_map[self.method.lower()])

    def get_operation(self, path: str, path_regex: str, path_prefix: str, method: str, registry: Any) -> Any:
        """The whole operation, or None where the view is not part of the API's document."""
        self.registry, self.path, self.path_regex, self.method = registry, path, path_regex, method.upper()
        if not isinstance(self.view, ApiViewSet) or not self.view.is_documented:
            return None
        self.view.action = self.action
        for name, schema in {**doc.components(self._version), **self.view.components}.items():
            self._register(name, dict(schema))
        for look in self.view.also_shown():
            self.resolve_serializer(look, "response")
        operation = {
            "operationId": self.get_operation_id(),
            "summary": self._sentences()[0],
            "description": "\n\n".join(self._sentences()),
            "tags": self.get_tags(),
            "parameters": self._parameters(),
            "security": self.get_auth(),
            "responses": self._responses(),
        }
        body = self._body()
        return {**operation, "requestBody": body} if body else operation

    @property
    def _version(self) -> Any:
        return self.view.documented_version

    def get_operation_id(self) -> str:
        """`listJobs`, `createJob`, `acceptBid`: a verb and the view's noun."""
        noun = self.view.noun
        verb = VERBS.get(self.action)
        if verb is None:
            return camel_case(self.action)
        name = self._plural if self.action == "list" else noun
        return verb + "".join(part.capitalize() for part in name.split())

    @property
    def _plural(self) -> str:
        return self.view.plural or f"{self.view.noun}s"

    def get_tags(self) -> list[str]:
        """The app, as the reader of the document knows it."""
        return [self.view.tag or type(self.view).__module__.partition(".")[0].capitalize()]

    def _sentences(self) -> list[str]:
        """What the action's docstring says; of a list or a detail without one of its own, what every one says."""
        handler = getattr(type(self.view), self.action)
        if handler is HotReads.list:
            return [f"List {self._plural}.", "By page, or by cursor (`cursor=` to begin), whose cost does not grow."]
        if handler is HotReads.retrieve:
            return [f"Read one {self.view.noun}."]
        text = inspect.cleandoc(getattr(self.view, self.action).__doc__ or inspect.getdoc(type(self.view)) or "")
        return [" ".join(part.split()) for part in text.split("\n\n")]

    # -- what goes in -------------------------------------------------------------------------------------------------

    def _parameters(self) -> list[dict[str, Any]]:
        variables = [part[1:-1] for part in self.path.split("/") if part.startswith("{")]
        found = [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
            for name in variables
        ]
        known = self.view.known_parameters()
        version = self._version
        found += [self._query_parameter(name) for name in sorted(known) if version.knows(name)]
        names = ["X-Request-ID"]
        if self.method == "POST" and self.action not in self.view.refuses_idempotency:
            names.append("Idempotency-Key")
        if self.method in ("PUT", "PATCH", "DELETE") and variables:
            names.append("If-Match")
        if self.method == "GET":
            names.append("If-None-Match")
        return [*found, *(doc.header_parameter(name) for name in names)]

    def _query_parameter(self, name: str) -> dict[str, Any]:
        filters = self.view.filterset_class.parameters() if hasattr(self.view, "filterset_class") else {}
        if name in filters:
            schema = doc.filter_schema(self.view.filterset_class.base_filters[filters[name]])
        elif name == "sort":
            schema = {"type": "string", "enum": [d + n for n in self.view.sorts for d in ("", "-")]}
            schema["default"] = self.view.default_sort
        else:
            schema = dict(doc.PARAMETERS.get(name, {"type": "string"}))
        return {"name": name, "in": "query", "required": False, "schema": schema, **doc.style(schema)}

    def _body(self) -> dict[str, Any] | None:
        form: type[Input] | None = self.view.inputs.get(self.action)
        if form is None:
            return doc.UPLOAD if self.action in self.view.uploads else None
        if self.action in self.view.uploads:
            return doc.upload(self.resolve_serializer(form, "request").ref)
        component = self.resolve_serializer(form, "request").ref
        content: dict[str, Any] = {JSON: {"schema": component}}
        if self.method == "PATCH":
            patch = self._register(f"{form.__name__.removesuffix('Input')}Patch", doc.optional(self._mapped(form)))
            content = {
                JSON: {"schema": patch},
                MERGE_PATCH: {"schema": patch},
                JSON_PATCH: {"schema": self._register("JSONPatch", doc.JSON_PATCH_DOCUMENT)},
            }
        required = self.method == "PUT" or any(field.required for field in form().fields.values())
        return {"content": content, "required": required or self.method == "PATCH"}

    def _mapped(self, form: type[Input]) -> dict[str, Any]:
        return dict(self._map_serializer(form(), "request"))

    # -- what comes out -----------------------------------------------------------------------------------------------

    def _responses(self) -> dict[str, Any]:
        answers = {"create": (201, self._look()), "destroy": (204, None), **self.view.answers}
        status, look = answers.get(self.action, (200, self._look()))
        success: dict[str, Any] = {"description": "Done.", "headers": doc.success_headers(self, status)}
        content = {} if look is None else {JSON: {"schema": self._envelope(look)}}
        content |= {kind: {"schema": schema} for kind, schema in self.view.also_as.get(self.action, {}).items()}
        if content:
            success["content"] = content
        found = {str(status): success}
        if self.action in self.view.finds:
            headers = doc.success_headers(self, 200)
            found["200"] = {**success, "description": self.view.finds[self.action], "headers": headers}
        for code, about in self.view.more_answers.get(self.action, {}).items():
            found[str(code)] = {"description": about, "headers": doc.success_headers(self, code)}
        if self.method == "GET":
            found["304"] = {"description": "It has not changed."}
        for code in doc.refusal_statuses(self):
            found[str(code)] = {"$ref": f"#/components/responses/{doc.REFUSALS[code][0]}"}
            self._register(doc.REFUSALS[code][0], doc.refusal(code, self._version), ResolvedComponent.RESPONSE)
        return dict(sorted(found.items()))

    def _look(self) -> Any:
        return getattr(self.view, "representation", None)

    def _envelope(self, look: Any) -> dict[str, Any]:
        if isinstance(look, dict):
            return dict(self._with_refs(look))
        ref = self.resolve_serializer(look, "response").ref
        if self.action == "list" and self.view.is_paged:
            return doc.page_of(ref, cursors=self._version.knows("cursor"))
        return doc.one_of(ref)

    def _with_refs(self, schema: Any) -> Any:
        """A schema that names representations, with a reference in the place of each."""
        if isinstance(schema, dict):
            return {name: self._with_refs(part) for name, part in schema.items()}
        if isinstance(schema, list):
            return [self._with_refs(part) for part in schema]
        if isinstance(schema, type) and issubclass(schema, serializers.Serializer):
            return dict(self.resolve_serializer(schema, "response").ref)
        return schema

    def _register(self, name: str, schema: dict[str, Any], kind: Any = ResolvedComponent.SCHEMA) -> dict[str, Any]:
        component = ResolvedComponent(name=name, type=kind, schema=schema, object=name)
        self.registry.register_on_missing(component)
        return dict(component.ref)

    def get_serializer_name(self, serializer: Any, direction: Any) -> str:
        """`JobRepresentation` is the schema Job, `JobInput` is JobInput."""
        return type(serializer).__name__.removesuffix("Representation")

    def _get_serializer_name(self, serializer: Any, direction: Any, bypass_extensions: bool = False) -> str:
        return self.get_serializer_name(serializer, direction)

    def _get_serializer_field_meta(self, field: Any, direction: Any) -> dict[str, Any]:
        found = super()._get_serializer_field_meta(field, direction)
        found.pop("readOnly", None)  # nothing that is shown can be written: inputs are schemas of their own
        return dict(found)

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> Any:
        """Inputs under their outside names, closed; representations with every member required."""
        found = super()._map_basic_serializer(serializer, direction)
        if isinstance(serializer, Input):
            outside = serializer.outside_name
            found["properties"] = {outside(name): schema for name, schema in found.get("properties", {}).items()}
            if "required" in found:
                found["required"] = [outside(name) for name in found["required"]]
            found["additionalProperties"] = False
        elif isinstance(serializer, Representation):
            on_request = {name for name, field in serializer.fields.items() if isinstance(field, OnRequest)}
            found["required"] = [name for name in found["properties"] if name not in on_request]
            found["properties"] = {name: _as_shown(schema) for name, schema in found["properties"].items()}
        return found

    def get_auth(self) -> list[dict[str, list[str]]]:
        """Bearer or key; nothing at all where strangers are let in, or nobody looks."""
        if not self.view.authentication_classes:
            return []
        demanded = self.view.sign_in if isinstance(self.view.sign_in, bool) else self.action in self.view.sign_in
        doors: list[dict[str, list[str]]] = [{"bearerAuth": []}, {"apiKey": []}]
        return doors if demanded else [{}, *doors]
