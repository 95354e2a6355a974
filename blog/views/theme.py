from django.http import Http404, HttpResponse, HttpResponseRedirect

from blog.middleware import Request


def stylesheet(request: Request, name: str) -> HttpResponse:
    """Serve the current stylesheet under its name; redirect from former names.

    The redirect is not cached: a site may return to its former colours, and two cached redirects
    would form a loop.
    """
    site = request.site
    if not site.theme:
        raise Http404
    if name != site.theme_name:
        answer = HttpResponseRedirect(site.theme_path)
        answer["Cache-Control"] = "no-store"
        return answer
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return HttpResponse(site.theme, content_type="text/css; charset=utf-8", headers=headers)
