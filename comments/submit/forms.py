import unicodedata

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from blog import mail
from blog.text import markup
from blog.text.characters import is_blank
from comments.check.akismet import TRAP
from comments.rules.admission import LONGEST, refuse_length


def clean_text(text: str) -> str:
    """Removes control characters. Raises ValidationError for NUL and lone surrogates."""
    if any(char == "\0" or unicodedata.category(char) == "Cs" for char in text):
        raise forms.ValidationError(_("The text holds characters that cannot be stored."))
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) != "Cc")


def clean_length(field: str, text: str) -> str:
    if refusal := refuse_length(field, len(text)):
        raise forms.ValidationError(refusal.message, code=refusal.code)
    return text


class WebAddress(forms.URLField):
    """Accepts http and https only. URLField also accepts ftp."""

    default_validators = [URLValidator(schemes=("http", "https"))]


class CommentForm(forms.Form):
    body = forms.CharField(
        label=_("Comment"),
        widget=forms.Textarea(attrs={"rows": 8, "cols": False}),  # as wide as the page
        help_text=_("Plain text, up to 5,000 characters; *stars* make emphasis."),
        error_messages={"required": _("Please write something.")},
    )
    name = forms.CharField(
        label=_("Name"),
        widget=forms.TextInput(attrs={"maxlength": LONGEST["name"], "autocomplete": "name"}),
        error_messages={"required": _("Please give a name; it is shown with your comment.")},
    )
    email = forms.EmailField(
        label=_("Email"),
        max_length=None,  # checked by clean_email(), with our own message
        widget=forms.EmailInput(attrs={"maxlength": LONGEST["email"], "autocomplete": "email"}),
        error_messages={"required": _("Please give an e-mail address; it is not published.")},
    )
    url = WebAddress(
        label=_("Website"),
        required=False,
        assume_scheme="https",
        widget=forms.TextInput(
            attrs={"maxlength": LONGEST["url"], "autocomplete": "url", "inputmode": "url"}
        ),
    )
    remember = forms.BooleanField(
        label=_("Keep my name and e-mail in this browser for the next time I comment."),
        required=False,
    )
    notify = forms.BooleanField(label=_("Tell me when it is published."), required=False)
    parent = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"id": False}))

    def __init__(self, *args, user=None, **kwargs):
        kwargs.setdefault("auto_id", "comment-form-%s")
        super().__init__(*args, **kwargs)
        self.user = user
        # Not a CharField, which refuses some characters: the honeypot never makes a form invalid.
        self.fields[TRAP] = forms.Field(
            label=_("Leave this empty"),
            required=False,
            widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
        )
        self.use_required_attribute = False
        if user is not None:
            for name in ("name", "email", "url", "remember", "notify"):
                del self.fields[name]
        elif not mail.is_configured():
            del self.fields["notify"]

    def clean_body(self):
        body = clean_length("body", clean_text(self.cleaned_data["body"]).strip())
        # The rendered text, too: a lone ">" becomes an empty quotation.
        if is_blank(body) or is_blank(markup.shown_text(markup.render_comment(body))):
            raise forms.ValidationError(self.fields["body"].error_messages["required"])
        return body

    def clean_name(self):
        name = " ".join(clean_text(self.cleaned_data["name"]).split())
        if is_blank(name):
            raise forms.ValidationError(self.fields["name"].error_messages["required"])
        return clean_length("name", name)

    def clean_email(self):
        return clean_length("email", clean_text(self.cleaned_data["email"]))

    def clean_url(self):
        return clean_length("url", clean_text(self.cleaned_data["url"]))

    def clean_homepage2(self):
        # The honeypot. PostgreSQL stores no NUL, and Akismet gets the value.
        return (self.cleaned_data[TRAP] or "").replace("\0", "\ufffd").strip()

    def clean(self):
        if self.user is not None:
            self.cleaned_data |= {"name": str(self.user), "email": self.user.email, "url": ""}
        return self.cleaned_data


class EditForm(CommentForm):
    """The text of an existing comment, cleaned as in CommentForm."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id="edit-%s", **kwargs)
        self.fields = {"body": self.fields["body"]}

    def clean(self):
        return self.cleaned_data


class ReportForm(forms.Form):
    words = forms.CharField(
        label=_("What is wrong with it?"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("At most 500 characters; only moderators read them. You may leave it empty."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs | {"auto_id": "report-%s"})
        self.fields["words"].widget.attrs.pop("maxlength", None)

    def clean_words(self):
        return clean_text(self.cleaned_data["words"]).strip()


class EvidenceForm(forms.Form):
    note = forms.CharField(
        label=_("Why is it kept?"),
        max_length=500,
        help_text=_("Read by moderators only. At most 500 characters."),
        error_messages={"required": _("Please say why it is kept.")},
    )
    use_required_attribute = False

    def clean_note(self):
        note = clean_text(self.cleaned_data["note"]).strip()
        if is_blank(note):
            raise forms.ValidationError(self.fields["note"].error_messages["required"])
        return note


class AddressForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    use_required_attribute = False


class EraseForm(AddressForm):
    again = forms.CharField(
        label=_("Type the address again to erase it"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "email"}),
    )

    def clean(self):
        data = super().clean() or self.cleaned_data
        if data.get("email", "").lower() != data.get("again", "").strip().lower():
            self.add_error("again", _("This is not the address above. Nothing was erased."))
        return data
