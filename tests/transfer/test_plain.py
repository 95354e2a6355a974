import pytest

from transfer.wordpress.plain import plain_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("Tom &amp; Ann&#8217;s caf&eacute;", "Tom & Ann’s café"),
        ("R&amp;amp;B &amp;#8211; live", "R&B – live"),
        ("A <em>good</em> <b class='x'>day</b><br />out", "A good day out"),
        ("5 < 6 > 4, <main> and <3", "5 < 6 > 4, <main> and <3"),
        ("~`!@#$%^&*()-_=+{}[]/\\;:'\"?,.>", "~`!@#$%^&*()-_=+{}[]/\\;:'\"?,.>"),
        ("<b>Bold</b><script>alert('x')</script>", "Bold"),
        (" a\n\tb&nbsp;c ", "a b c"),
        ("AT&T &copy", "AT&T ©"),
    ],
)
def test_names_are_plain_text(html, text):
    assert plain_text(html) == text
