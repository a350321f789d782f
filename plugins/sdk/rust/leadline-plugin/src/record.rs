//! What the host hands in: views that die with the call.

use crate::abi;
use std::slice;

/// Where a field stands in every record of an instance. From [`Setup::field`](crate::Setup::field).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot(pub(crate) u32);

/// The kinds of fields. `Any` takes what the schema has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Kind {
    Any = abi::NULL,
    Bool = abi::BOOL,
    Int = abi::I64,
    Double = abi::F64,
    Text = abi::STR,
    Time = abi::TIME,
    List = abi::LIST,
}

/// One value of a record.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    Null,
    Bool(bool),
    Int(i64),
    Double(f64),
    Text(&'a str),
    /// Microseconds since the Unix epoch.
    Time(i64),
    List(Vec<Value<'a>>),
}

/// The fields that the plugin asked for. A field of another kind than asked, or absent, or text that is not UTF-8,
/// reads as `None`.
#[derive(Clone, Copy)]
pub struct Fields<'a> {
    values: &'a [abi::Value],
}

impl<'a> Fields<'a> {
    /// # Safety
    /// `record` is as the host hands it in and outlives `'a`.
    pub(crate) unsafe fn new(record: &'a abi::Record) -> Fields<'a> {
        Fields {
            values: array(record.fields, record.count),
        }
    }

    fn of_kind(&self, slot: Slot, kind: u32) -> Option<&'a abi::Value> {
        self.values.get(slot.0 as usize).filter(|value| value.kind == kind)
    }

    pub fn is_null(&self, slot: Slot) -> bool {
        self.values
            .get(slot.0 as usize)
            .map_or(true, |value| value.kind == abi::NULL)
    }

    pub fn text(&self, slot: Slot) -> Option<&'a str> {
        self.of_kind(slot, abi::STR)
            .and_then(|value| unsafe { text(value.u.str, u64::from(value.len)) })
    }

    pub fn bool(&self, slot: Slot) -> Option<bool> {
        self.of_kind(slot, abi::BOOL).map(|value| unsafe { value.u.i64 } != 0)
    }

    pub fn int(&self, slot: Slot) -> Option<i64> {
        self.of_kind(slot, abi::I64).map(|value| unsafe { value.u.i64 })
    }

    pub fn double(&self, slot: Slot) -> Option<f64> {
        self.of_kind(slot, abi::F64).map(|value| unsafe { value.u.f64 })
    }

    /// Microseconds since the Unix epoch.
    pub fn time(&self, slot: Slot) -> Option<i64> {
        self.of_kind(slot, abi::TIME).map(|value| unsafe { value.u.i64 })
    }

    /// Whatever the field holds.
    pub fn value(&self, slot: Slot) -> Value<'a> {
        self.values
            .get(slot.0 as usize)
            .map_or(Value::Null, |value| unsafe { read(value) })
    }
}

/// A change of status that a gate judges.
#[derive(Clone, Copy)]
pub struct Transition<'a> {
    pub record: Fields<'a>,
    /// Empty for a new record.
    pub from_status: &'a str,
    pub to_status: &'a str,
}

/// Somebody who could work a lead.
#[repr(transparent)]
pub struct Candidate(abi::Candidate);

impl Candidate {
    pub fn rep_id(&self) -> &str {
        unsafe { text(self.0.rep_id.ptr, self.0.rep_id.len) }.unwrap_or("")
    }
    /// The share of leads meant for this rep, relative to the others; above 0.
    pub fn weight(&self) -> f64 {
        self.0.weight
    }
    /// Latitude and longitude in degrees.
    pub fn place(&self) -> Option<(f64, f64)> {
        let known = self.0.latitude.is_finite() && self.0.longitude.is_finite();
        if known {
            Some((self.0.latitude, self.0.longitude))
        } else {
            None
        }
    }
    /// Microseconds since the Unix epoch; `None`: never.
    pub fn last_assigned(&self) -> Option<i64> {
        Some(self.0.last_assigned).filter(|time| *time != abi::TIME_NONE)
    }
    pub fn open_load(&self) -> u32 {
        self.0.open_load
    }
    /// The most open leads; 0: takes none.
    pub fn capacity(&self) -> u32 {
        self.0.capacity
    }
    /// Higher is more senior; 0 when unknown.
    pub fn seniority(&self) -> i32 {
        self.0.seniority
    }
    pub fn in_territory(&self) -> bool {
        self.0.flags & abi::CANDIDATE_TERRITORY != 0
    }
    pub fn speaks_language(&self) -> bool {
        self.0.flags & abi::CANDIDATE_LANGUAGE != 0
    }
    pub fn owns_account(&self) -> bool {
        self.0.flags & abi::CANDIDATE_OWNER != 0
    }
    pub fn available(&self) -> bool {
        self.0.flags & abi::CANDIDATE_AVAILABLE != 0
    }
}

/// A lead, and who could work it.
#[derive(Clone, Copy)]
pub struct RouteRequest<'a> {
    pub record: Fields<'a>,
    pub candidates: &'a [Candidate],
}

impl<'a> RouteRequest<'a> {
    /// # Safety
    /// `request` is as the host hands it in and outlives `'a`.
    pub(crate) unsafe fn new(request: &'a abi::RouteRequest) -> RouteRequest<'a> {
        RouteRequest {
            record: Fields::new(&request.record),
            candidates: array(request.candidates.cast::<Candidate>(), request.count),
        }
    }
}

/// A slice of what C hands over as pointer and count, where no items may come with a null pointer.
///
/// # Safety
/// `items` holds `count` items that outlive `'a`.
pub(crate) unsafe fn array<'a, T>(items: *const T, count: u32) -> &'a [T] {
    if count == 0 || items.is_null() {
        return &[];
    }
    slice::from_raw_parts(items, count as usize)
}

/// # Safety
/// `bytes` holds `len` bytes that outlive `'a`, or is null.
pub(crate) unsafe fn text<'a>(bytes: *const std::os::raw::c_char, len: u64) -> Option<&'a str> {
    if len == 0 || bytes.is_null() {
        return Some("");
    }
    std::str::from_utf8(slice::from_raw_parts(bytes.cast::<u8>(), len as usize)).ok()
}

unsafe fn read<'a>(value: &abi::Value) -> Value<'a> {
    match value.kind {
        abi::BOOL => Value::Bool(value.u.i64 != 0),
        abi::I64 => Value::Int(value.u.i64),
        abi::F64 => Value::Double(value.u.f64),
        abi::STR => text(value.u.str, u64::from(value.len)).map_or(Value::Null, Value::Text),
        abi::TIME => Value::Time(value.u.i64),
        abi::LIST => Value::List(array(value.u.list, value.len).iter().map(|item| read(item)).collect()),
        _ => Value::Null,
    }
}
