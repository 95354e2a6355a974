from django.core.wsgi import get_wsgi_application

from config.start import one_line

with one_line():
    application = get_wsgi_application()
