"""Streams: Avro schemas that can be events, and one line for those that cannot."""

import pytest

from tidegate import TidegateError
from tidegate.streams import fields_from_avro


@pytest.mark.parametrize(
    ("avro", "message"),
    [
        ("[]", "expected an Avro record schema"),
        ('{"type": "record", "name": "R", "fields": []}', "has no fields"),
        (
            '{"type": "record", "name": "R", "fields": [{"name": "a", "type": "bytes"}]}',
            'field a: Avro type "bytes" cannot be a field',
        ),
        ('{"type": "record", "name": "R", "fields": [{"name": "a"}]}', "not an Avro schema"),
        (
            '{"type": "record", "name": "R", "fields": [{"name": "a", "type": "strin"}]}',
            "x.avsc: not an Avro schema",
        ),
        (
            '{"type": "record", "name": "R", "fields": [{"name": "a", "type": ["int", "string"]}]}',
            "cannot be a field",
        ),
    ],
)
def test_schema_that_cannot_be_events_is_refused(avro, message):
    with pytest.raises(TidegateError) as error:
        fields_from_avro(avro, "x.avsc")
    assert message in str(error.value)
