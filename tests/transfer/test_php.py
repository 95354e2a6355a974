from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transfer.wordpress.php import unserialize


def test_values_of_every_kind_are_read():
    text = 'a:6:{i:0;s:5:"caf\u00e9";s:1:"b";b:1;i:2;d:0.5;i:3;N;i:4;a:1:{i:0;i:-7;}i:5;b:0;}'
    assert unserialize(text) == {0: "café", "b": True, 2: 0.5, 3: None, 4: {0: -7}, 5: False}


def test_a_number_has_as_many_digits_as_php_once_wrote():
    assert unserialize("d:2.20000000000000017763568394002504646778106689453125;") == 2.2


def test_an_object_is_read_like_an_array():
    assert unserialize('O:8:"stdClass":1:{s:1:"a";s:1:"b";}') == {"a": "b"}


def test_wrong_lengths_are_mended():
    text = 'a:2:{s:3:"one";s:11:"two\nlines";s:5:"three";s:9:"with "; in";}'
    assert unserialize(text) == {"one": "two\nlines", "three": 'with "; in'}


def test_a_text_may_hold_its_own_end():
    assert unserialize('s:10:"a";s:1:"b"";') == 'a";s:1:"b"'


@pytest.mark.parametrize(
    "text", ["", "words", "a:1:{", 's:4:"ab', "i:1;i:2;", 'C:1:"x":2:{ab}', "a:1:{" * 5000]
)
def test_what_is_no_value_is_refused(text):
    with pytest.raises(ValueError):
        unserialize(text)


@given(st.text(alphabet='abisONd:;"{}0123456789é', max_size=60))
def test_nothing_else_is_raised(text):
    with suppress(ValueError):
        assert isinstance(unserialize(text), str | int | float | dict | None)
