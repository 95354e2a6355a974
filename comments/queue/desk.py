"""The first page after signing in: the queue for people who only moderate, else the admin."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect

from blog.models import Role


@login_required
def desk(request):
    user = request.user
    writes = user.has_role(Role.ADMINISTRATOR, Role.EDITOR, Role.AUTHOR, Role.CONTRIBUTOR)
    if not writes and user.has_role(Role.MODERATOR):
        return redirect("queue")
    return redirect("admin:index" if user.is_staff else "home")
