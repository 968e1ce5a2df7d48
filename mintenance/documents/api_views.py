"""REST: the API's own documents."""

import json
from functools import cache

import yaml
from django.http import HttpRequest, HttpResponse

from core.api import ApiViewSet
from mintenance.documents.generator import document_of


class DocumentViewSet(ApiViewSet):
    """The OpenAPI document of the version that was asked for."""

    is_documented = False
    public_reads = ("as_json", "as_yaml")

    def as_json(self, request: HttpRequest) -> HttpResponse:
        """As JSON."""
        return self.respond(_json(self.request.version))

    def as_yaml(self, request: HttpRequest) -> HttpResponse:
        """As YAML."""
        return HttpResponse(_yaml(self.request.version), content_type="application/yaml")  # RFC 9512


@cache
def _json(number: str) -> bytes:
    return json.dumps(document_of(number), ensure_ascii=False).encode()


@cache
def _yaml(number: str) -> bytes:
    return yaml.safe_dump(json.loads(_json(number)), sort_keys=False, allow_unicode=True).encode()
