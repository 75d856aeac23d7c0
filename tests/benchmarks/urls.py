from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from config.urls import handler400, handler403, handler404, handler500
from config.urls import urlpatterns as served


@csrf_exempt
def bare(request: HttpRequest) -> JsonResponse:
    """The yardstick: routing, middleware and a small JSON answer, nothing else."""
    return JsonResponse({"status": "ok", "items": list(range(10))})


urlpatterns = [path("bare/", bare), *served]

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
