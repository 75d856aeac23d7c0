"""Every route of the service, on one page."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.shortcuts import redirect
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.renderers import JSONRenderer
from rest_framework.routers import SimpleRouter

from config import views
from patients.invitations import invitation_page
from plans.api.access_log import AccessLogViewSet
from plans.api.auth import LoginView, LogoutView
from plans.api.catalogue import (
    ArticleViewSet,
    EquipmentViewSet,
    ExerciseViewSet,
    GroupViewSet,
    MuscleViewSet,
    ProtocolViewSet,
)
from plans.api.changes import PatientChangesViewSet, PracticeChangesViewSet
from plans.api.checks import ValidateView
from plans.api.compose import ComposeView
from plans.api.figures import FigureView, PhotoView
from plans.api.integrations import IntegrationViewSet
from plans.api.members import InvitationViewSet, MemberViewSet, PracticeView
from plans.api.patients import EpisodeViewSet, PatientEpisodesViewSet, PatientViewSet
from plans.api.plans import PlanViewSet
from plans.api.privacy import ErasureView, ExportView
from plans.api.rendering import PdfRenderer
from plans.api.reports import CertView, DiffView
from plans.api.revisions import PlanRevisionsViewSet, RevisionViewSet
from plans.api.rules import RuleViewSet
from plans.api.sharing import RevisionShareLinksViewSet, ShareLinkViewSet
from plans.api.tokens import LogoutAllView, TokenViewSet
from plans.web import sharing

router = SimpleRouter(use_regex_path=False)
router.register("exercises", ExerciseViewSet, basename="exercise")
router.register("groups", GroupViewSet, basename="group")
router.register("muscles", MuscleViewSet, basename="muscle")
router.register("equipment", EquipmentViewSet, basename="equipment")
router.register("articles", ArticleViewSet, basename="article")
router.register("protocols", ProtocolViewSet, basename="protocol")
router.register("rules", RuleViewSet, basename="rule")
router.register("members", MemberViewSet, basename="member")
router.register("invitations", InvitationViewSet, basename="invitation")
router.register("patients", PatientViewSet, basename="patient")
router.register("patients/<uuid:patient_id>/episodes", PatientEpisodesViewSet, basename="patient-episode")
router.register("episodes", EpisodeViewSet, basename="episode")
router.register("plans", PlanViewSet, basename="plan")
router.register("plans/<uuid:plan_id>/revisions", PlanRevisionsViewSet, basename="plan-revision")
router.register("revisions", RevisionViewSet, basename="revision")
router.register("integrations", IntegrationViewSet, basename="integration")
router.register("revisions/<uuid:revision_id>/share-links", RevisionShareLinksViewSet, basename="revision-share-link")
router.register("share-links", ShareLinkViewSet, basename="share-link")

# The admin's own forms know neither a second factor nor a limit of guesses, and send no mail.
site: Any = admin.site
site.login = secure_admin_login(lambda request, extra_context=None: redirect("admin:index"))
site.password_change = lambda request, extra_context=None: redirect("account_change_password")

# One file, not a list: neither filters nor pages; any Accept header will do.
FILE = {"filterset_class": None, "pagination_class": None, "renderer_classes": [PdfRenderer, JSONRenderer]}

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("robots.txt", views.robots, name="robots"),
    path("s/<str:token>/programme.pdf", sharing.programme_pdf, name="share-programme"),
    path("s/<str:token>/", sharing.page, name="share-page"),
    path("s/<path:token>", sharing.page, name="share-page-mistyped"),
    path("admin/", admin.site.urls),
    path("account/", include("allauth.account.urls")),
    path("account/mfa/", include("allauth.mfa.urls")),
    path("invitations/<str:secret>/", invitation_page, name="invitation"),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path(
        "api/docs/",
        SpectacularSwaggerSplitView.as_view(url_name="schema", http_method_names=["get", "head"]),
        name="docs",
    ),
    path("api/programme.schema.json", views.programme_schema, name="programme-schema"),
    path("api/v1/auth/login/", LoginView.as_view(), name="login"),
    path("api/v1/auth/logout/", LogoutView.as_view(), name="logout"),
    path("api/v1/practice/", PracticeView.as_view(), name="practice"),
    path("api/v1/practice/changes/", PracticeChangesViewSet.as_view({"get": "list"}), name="practice-changes"),
    path("api/v1/auth/logout-all/", LogoutAllView.as_view(), name="logout-all"),
    path("api/v1/auth/tokens/", TokenViewSet.as_view({"get": "list"}), name="token-list"),
    path("api/v1/auth/tokens/<slug:prefix>/", TokenViewSet.as_view({"delete": "destroy"}), name="token-detail"),
    path("api/v1/exercises/<slug:code>/figure.svg", FigureView.as_view(), name="exercise-figure"),
    path("api/v1/exercises/<slug:code>/photo.jpg", PhotoView.as_view(), name="exercise-photo"),
    path("api/v1/compose/", ComposeView.as_view(), name="compose"),
    path("api/v1/validate/", ValidateView.as_view(), name="validate"),
    path(
        "api/v1/plans/<uuid:pk>/preview.pdf",
        PlanViewSet.as_view({"get": "preview"}, query_parameters=("layout",), **FILE),
        name="plan-preview",
    ),
    path(
        "api/v1/revisions/<uuid:pk>/programme.pdf",
        RevisionViewSet.as_view({"get": "programme_pdf"}, query_parameters=("layout",), **FILE),
        name="programme-pdf",
    ),
    path(
        "api/v1/revisions/<uuid:pk>/programme.json",
        RevisionViewSet.as_view({"get": "programme_json"}, **FILE),
        name="programme-json",
    ),
    path(
        "api/v1/patients/<uuid:patient_id>/changes/",
        PatientChangesViewSet.as_view({"get": "list"}),
        name="patient-changes",
    ),
    path("api/v1/patients/<uuid:patient_id>/access-log/", AccessLogViewSet.as_view({"get": "list"}), name="access-log"),
    path(
        "api/v1/patients/<uuid:patient_id>/access-log.pdf",
        AccessLogViewSet.as_view({"get": "pdf"}, query_parameters=("part",), **FILE),
        name="access-log-pdf",
    ),
    path("api/v1/patients/<uuid:patient_id>/export.zip", ExportView.as_view(), name="patient-export"),
    path("api/v1/patients/<uuid:patient_id>/erasure/", ErasureView.as_view(), name="patient-erasure"),
    path("api/v1/revisions/<uuid:pk>/cert/", CertView.as_view(), name="cert"),
    path("api/v1/revisions/<uuid:pk>/diff/", DiffView.as_view(), name="diff"),
    path("api/v1/", include(router.urls)),
    path("api/<path:unknown>", views.unknown_api_path, name="unknown-api-path"),
]

handler400 = "config.views.bad_request"
handler403 = "config.views.permission_denied"
handler404 = "config.views.not_found"
handler500 = "config.views.server_error"
handler429 = "config.views.too_many_requests"  # asked by allauth
