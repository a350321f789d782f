"""What descriptors say of fields, in words of the page."""

from __future__ import annotations

from google.protobuf.descriptor import FieldDescriptor

from contract import PACKAGE

# Numbers of the extensions of google/api and of the values of FieldBehavior.
FIELD_BEHAVIOR = "google.api.field_behavior"
REQUIRED, OUTPUT_ONLY, IDENTIFIER = 2, 3, 8
_SCALARS = {FieldDescriptor.TYPE_STRING: "string", FieldDescriptor.TYPE_BYTES: "bytes",
            FieldDescriptor.TYPE_BOOL: "bool", FieldDescriptor.TYPE_INT32: "int32", FieldDescriptor.TYPE_INT64: "int64",
            FieldDescriptor.TYPE_DOUBLE: "double"}


def behaviors(contract, field) -> set[int]:
    """REQUIRED, OUTPUT_ONLY, IDENTIFIER: what google.api.field_behavior says of the field."""
    options = contract.type_of("google.protobuf.FieldOptions").FromString(field.GetOptions().SerializeToString())
    return set(options.Extensions[contract.pool.FindExtensionByName(FIELD_BEHAVIOR)])


def is_map(field) -> bool:
    return field.message_type is not None and field.message_type.GetOptions().map_entry


def is_repeated(field) -> bool:
    return field.label == FieldDescriptor.LABEL_REPEATED and not is_map(field)


def type_name(field, link) -> str:
    """`link(name)` shows the name of a message or enum of the contract."""
    if is_map(field):
        key, value = field.message_type.fields_by_name["key"], field.message_type.fields_by_name["value"]
        return f"map&lt;{type_name(key, link)}, {type_name(value, link)}&gt;"
    prefix = "repeated " if is_repeated(field) else ""
    named = field.message_type or field.enum_type
    if named is None:
        return prefix + _SCALARS[field.type]
    ours = named.full_name.startswith((PACKAGE + ".", "google.longrunning."))
    return prefix + (link(named.name) if ours else named.name)
