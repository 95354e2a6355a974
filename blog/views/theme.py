from django.http import Http404, HttpResponse, HttpResponseRedirect

from blog.middleware import Request


def stylesheet(request: Request, name: str) -> HttpResponse:
    """The present colours and fonts. A page kept from before asks by the name of those of then.

    Such a page is sent to the present ones, by a redirect that nobody keeps: a site may take up
    its former colours again, and two kept redirects would lead round in a circle.
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
