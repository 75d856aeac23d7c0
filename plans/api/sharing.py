"""Links to an issued revision for the patient: made, listed, revoked. A link's address is told once."""

from __future__ import annotations

import datetime
import uuid
from typing import Any, NoReturn

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers, viewsets
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from patients.models import Patient
from plans.api.fields import Number, Strict
from plans.api.pagination import NewestFirst
from plans.api.problems import InvalidQuery, Problem
from plans.api.rendering import PdfRenderer, print_layout, printed
from plans.api.reports import PATIENTS_LANGUAGE
from plans.api.requests import create_once, member, print_language, record_read
from plans.api.schema import IDEMPOTENCY_KEY, LAYOUT
from plans.models import Revision, ShareLink
from plans.pdf import render_programme
from plans.sharing import DAYS, MOST_DAYS, new_token, revoke_share_link, share_revision

COPY = OpenApiParameter(
    "copy",
    str,
    description="`pdf`: the answer is the programme with the link and its QR code on the first page. Kept nowhere.",
    enum=["pdf"],
)


class ShareLinkForm(Strict):
    days = Number(min_value=1, max_value=MOST_DAYS, default=DAYS, help_text="How long the link works.")


class ShareLinkSerializer(serializers.ModelSerializer[ShareLink]):
    """A link to a revision, without its address, which nobody keeps."""

    revision = serializers.UUIDField(source="revision_id")
    created_by = serializers.UUIDField(source="created_by_id")
    revoked_by = serializers.UUIDField(
        source="revoked_by_id", allow_null=True, help_text="Null also where the administrator revoked it."
    )
    works = serializers.BooleanField(help_text="Neither expired nor revoked.")

    class Meta:
        model = ShareLink
        fields = ["id", "revision", "created_at", "created_by", "expires_at", "revoked_at", "revoked_by", "works"]


class NewShareLinkSerializer(ShareLinkSerializer):
    """A link that was just made, with its address."""

    url = serializers.CharField(help_text="For the patient. Shown this once.")

    class Meta(ShareLinkSerializer.Meta):
        fields = [*ShareLinkSerializer.Meta.fields, "url"]


class RevisionShareLinksViewSet(viewsets.GenericViewSet[ShareLink]):
    """The share links of one revision, newest first."""

    serializer_class = ShareLinkSerializer
    pagination_class = NewestFirst
    filterset_class = None
    queryset = ShareLink.objects.none()

    @property
    def query_parameters(self) -> tuple[str, ...]:
        return (COPY.name, LAYOUT.name) if self.action == "create" else ()

    def get_queryset(self) -> Any:
        links = ShareLink.objects.visible_to(self.request.user)
        return links.filter(revision_id=self.kwargs["revision_id"])

    def get_renderers(self) -> list[BaseRenderer]:
        renderers = super().get_renderers()
        return [*renderers, PdfRenderer()] if self.request and "copy" in self.request.GET else renderers

    def _revision(self) -> Any:
        revisions = Revision.objects.visible_to(self.request.user).without_document()
        return get_object_or_404(self.filter_queryset(revisions), pk=self.kwargs["revision_id"])

    def list(self, request: Request, revision_id: uuid.UUID) -> Response:
        revision = self._revision()
        page = self.paginate_queryset(self.get_queryset()) or []
        record_read(request, "share_link", page, revision.patient_id)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(
        request=ShareLinkForm,
        parameters=[COPY, LAYOUT, PATIENTS_LANGUAGE, IDEMPOTENCY_KEY],
        responses={
            (201, "application/json"): NewShareLinkSerializer,
            (201, "application/pdf"): OpenApiTypes.BINARY,
            409: OpenApiResponse(
                description="The same Idempotency-Key made a link before, whose address cannot be shown again; "
                "or the copy cannot be printed, and no link was made."
            ),
        },
    )
    def create(self, request: Request, revision_id: uuid.UUID) -> Response | HttpResponse:
        """A link for the patient. Its address is shown this once, in the answer or in a copy to print."""
        revision = self._revision()
        form = ShareLinkForm(data=request.data)
        form.is_valid(raise_exception=True)
        asked = _asked_copy(request, revision)
        token = new_token()
        expires_at = timezone.now() + datetime.timedelta(days=form.validated_data["days"])
        url = request.build_absolute_uri(reverse("share-page", args=[token]))
        # Before the link is made: one that can't be handed over is none.
        copy = _copy(revision, url, expires_at, **asked) if asked else None
        link = create_once(
            request,
            lambda: share_revision(user=member(request), revision=revision, token=token, expires_at=expires_at),
            lambda pk: _refuse_to_repeat(self.get_queryset().get(pk=pk)),
        )
        return (
            _copy_answer(copy, link) if copy else Response({**ShareLinkSerializer(link).data, "url": url}, status=201)
        )


def _asked_copy(request: Request, revision: Any) -> dict[str, str] | None:
    """In which layout and language a copy is asked for, if one is. What makes no sense is refused either way."""
    kind = request.GET.get("copy", "pdf")
    if kind != "pdf":
        raise InvalidQuery({"copy": f"{kind} is not known. Known: pdf."})
    look = {"layout": print_layout(request), "language": print_language(request, revision.patients_language)}
    return look if "copy" in request.GET else None


def _copy(revision: Any, url: str, expires_at: datetime.datetime, *, layout: str, language: str) -> bytes:
    """The programme with the link and its code on the first page. Rendered, and not stored."""
    document = Revision.objects.get(pk=revision.pk).complete_document()
    link = {"url": url, "until": timezone.localdate(expires_at)}
    return printed(lambda: render_programme(document, language, layout=layout, link=link))


def _copy_answer(copy: bytes, link: ShareLink) -> HttpResponse:
    headers = {
        "Content-Disposition": f'inline; filename="programme-{link.revision.number}.pdf"',
        "Location": reverse("share-link-detail", args=[link.pk]),
        "Cache-Control": "no-store",
    }
    return HttpResponse(copy, status=201, content_type="application/pdf", headers=headers)


def _refuse_to_repeat(link: ShareLink) -> NoReturn:
    raise Problem(
        409,
        "shown-once",
        "This request made a link before. Its address is shown once only: revoke it, and make another with a new key.",
        share_link=str(link.pk),
    )


class ShareLinkFilter(filters.FilterSet):
    """`created_by` may be anybody: the links of somebody who left are still there to be found."""

    patient = filters.ModelChoiceFilter(
        field_name="revision__patient", queryset=lambda request: Patient.objects.visible_to(request.user)
    )
    created_by = filters.UUIDFilter()

    class Meta:
        model = ShareLink
        fields: list[str] = []


class ShareLinkViewSet(viewsets.GenericViewSet[ShareLink]):
    """The practice's share links, newest first, and each to revoke it."""

    serializer_class = ShareLinkSerializer
    pagination_class = NewestFirst
    filterset_class = ShareLinkFilter
    queryset = ShareLink.objects.none()
    lookup_value_converter = "uuid"

    def get_queryset(self) -> Any:
        return ShareLink.objects.visible_to(self.request.user).with_revision()

    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        record_read(request, "share_link", page)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: uuid.UUID) -> Response:
        """Revoke the link: from the next request on it opens nothing."""
        revoke_share_link(user=member(request), link_id=self.get_object().pk)
        return Response(status=204)
