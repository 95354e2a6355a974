from django.apps import AppConfig
from django.db.backends.signals import connection_created


class BlogConfig(AppConfig):
    name = "blog"

    def ready(self) -> None:
        from blog.transactions import limit_waiting

        connection_created.connect(limit_waiting)
