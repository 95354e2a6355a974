from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect

from blog.models import Role
from comments.access import StaffRequest


@login_required
def desk(request: StaffRequest) -> HttpResponse:
    """Where somebody's work is: who only moderates goes to the queue, who writes to the admin."""
    user = request.user
    writes = user.has_role(Role.ADMINISTRATOR, Role.EDITOR, Role.AUTHOR, Role.CONTRIBUTOR)
    if not writes and user.has_role(Role.MODERATOR):
        return redirect("queue")
    return redirect("admin:index" if user.is_staff else "home")
