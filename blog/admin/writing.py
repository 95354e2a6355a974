"""The field for a Markdown text: a <textarea> that a script gives a toolbar and a count."""

from django import forms
from django.template.loader import render_to_string
from django.urls import reverse

from blog.images.upload import ACCEPTED


class WritingArea(forms.Textarea):
    class Media:
        css = {"all": ["blog/writing.css"]}
        js = [forms.Script("blog/writing.js", type="module")]

    def render(self, name, value, attrs=None, renderer=None):
        context = {
            "textarea": super().render(name, value, attrs, renderer),
            "field": self.build_attrs(self.attrs, attrs).get("id"),
            "accepted": ACCEPTED,
            "upload": reverse("admin:blog_image_upload"),
        }
        return render_to_string("admin/writing.html", context)
