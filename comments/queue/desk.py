"""The first page after signing in: the queue for people who only moderate, else the admin."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect

from blog.models import Role
from comments.access import StaffRequest


@login_required
def desk(request: StaffRequest) -> HttpResponse:
    user = request.user
    writes = user.has_role(Role.ADMINISTRATOR, Role.EDITOR, Role.AUTHOR, Role.CONTRIBUTOR)
    if not writes and user.has_role(Role.MODERATOR):
        return redirect("queue")
    return redirect("admin:index" if user.is_staff else "home")
