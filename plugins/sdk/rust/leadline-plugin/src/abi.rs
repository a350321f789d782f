//! The interface as `leadline/plugin.h` has it, item by item. What each means stands there.

use std::mem::size_of;
use std::os::raw::{c_char, c_void};

pub const MAJOR: u32 = 1;
pub const MINOR: u32 = 0;

pub const OK: i32 = 0;
pub const INTERNAL: i32 = 13;

pub const NULL: u32 = 0;
pub const BOOL: u32 = 1;
pub const I64: u32 = 2;
pub const F64: u32 = 3;
pub const STR: u32 = 4;
pub const TIME: u32 = 5;
pub const LIST: u32 = 6;

pub const TIME_NONE: i64 = i64::MIN;
pub const FLAG_CONCURRENT: u32 = 1;
pub const FLAG_PURE: u32 = 2;
pub const ROUTE_NOBODY: u32 = u32::MAX;

pub const CANDIDATE_TERRITORY: u32 = 1;
pub const CANDIDATE_LANGUAGE: u32 = 2;
pub const CANDIDATE_OWNER: u32 = 4;
pub const CANDIDATE_AVAILABLE: u32 = 8;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Str {
    pub ptr: *const c_char,
    pub len: u64,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub union Payload {
    pub i64: i64,
    pub f64: f64,
    pub str: *const c_char,
    pub list: *const Value,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Value {
    pub kind: u32,
    pub len: u32,
    pub u: Payload,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Record {
    pub fields: *const Value,
    pub count: u32,
    pub reserved: u32,
}

#[repr(C)]
pub struct Host {
    pub size: u64,
    pub abi_major: u32,
    pub abi_minor: u32,
    pub implementation: *mut c_void,
    pub field_slot: unsafe extern "C" fn(*const Host, Str, u32, *mut u32) -> i32,
    pub log: unsafe extern "C" fn(*const Host, i32, Str),
    pub set_error: unsafe extern "C" fn(*const Host, Str),
    pub get_extension: Option<unsafe extern "C" fn(*const Host, *const c_char) -> *const c_void>,
}

/// A call in flight: the host's own.
#[repr(C)]
pub struct Call {
    _private: [u8; 0],
}

#[repr(C)]
pub struct CallApi {
    pub size: u64,
    pub now: unsafe extern "C" fn(*const Call) -> i64,
    pub time_left: unsafe extern "C" fn(*const Call) -> i64,
    pub cancelled: unsafe extern "C" fn(*const Call) -> i32,
    pub set_error: unsafe extern "C" fn(*mut Call, Str),
    pub add_reason: unsafe extern "C" fn(*mut Call, u32, Str, f64),
    pub alloc: unsafe extern "C" fn(*mut Call, u64) -> *mut c_void,
}

#[repr(C)]
pub struct NormalizeOut {
    pub value: Value,
    pub confidence: f64,
}

#[repr(C)]
pub struct Transition {
    pub record: Record,
    pub from_status: Str,
    pub to_status: Str,
}

#[repr(C)]
pub struct StatusOut {
    pub verdict: u32,
    pub reserved: u32,
}

#[repr(C)]
pub struct ScoreOut {
    pub points: f64,
}

#[repr(C)]
pub struct Candidate {
    pub rep_id: Str,
    pub weight: f64,
    pub latitude: f64,
    pub longitude: f64,
    pub last_assigned: i64,
    pub open_load: u32,
    pub capacity: u32,
    pub seniority: i32,
    pub flags: u32,
}

#[repr(C)]
pub struct RouteRequest {
    pub record: Record,
    pub candidates: *const Candidate,
    pub count: u32,
    pub reserved: u32,
}

#[repr(C)]
pub struct RouteOut {
    pub choice: u32,
    pub reserved: u32,
}

#[repr(C)]
pub struct Pair {
    pub left: Record,
    pub right: Record,
}

#[repr(C)]
pub struct MergeOut {
    pub level: u32,
    pub reserved: u32,
    pub weight: f64,
}

/// One capability's table: its size and its only function.
#[repr(C)]
pub struct Table<In, Out> {
    pub size: u64,
    pub function: unsafe extern "C" fn(*mut c_void, *const In, u32, *mut Out, *mut Call, *const CallApi) -> i32,
}

#[repr(C)]
pub struct Plugin {
    pub size: u64,
    pub abi_major: u32,
    pub min_host_minor: u32,
    pub flags: u32,
    pub reserved: u32,
    pub id: *const c_char,
    pub version: *const c_char,
    pub config_schema_json: *const c_char,
    pub create: unsafe extern "C" fn(*const Host, Str, *mut *mut c_void) -> i32,
    pub destroy: unsafe extern "C" fn(*mut c_void),
    pub get_capability: unsafe extern "C" fn(*const c_char) -> *const c_void,
    pub get_extension: Option<unsafe extern "C" fn(*const c_char) -> *const c_void>,
}

// A descriptor is written once, by the compiler.
unsafe impl Sync for Plugin {}

#[allow(dead_code)] // rustc 1.63 does not count a use in a constant
const fn same(actual: usize, frozen: usize) {
    assert!(actual == frozen, "the layout differs from leadline/plugin.h");
}

const _: () = {
    same(size_of::<*const u8>(), 8);
    same(size_of::<Str>(), 16);
    same(size_of::<Value>(), 16);
    same(size_of::<Record>(), 16);
    same(size_of::<Host>(), 56);
    same(size_of::<CallApi>(), 56);
    same(size_of::<NormalizeOut>(), 24);
    same(size_of::<Transition>(), 48);
    same(size_of::<StatusOut>(), 8);
    same(size_of::<ScoreOut>(), 8);
    same(size_of::<Candidate>(), 64);
    same(size_of::<RouteRequest>(), 32);
    same(size_of::<RouteOut>(), 8);
    same(size_of::<Pair>(), 32);
    same(size_of::<MergeOut>(), 16);
    same(size_of::<Table<Record, ScoreOut>>(), 16);
    same(size_of::<Plugin>(), 80);
};

#[cfg(test)]
mod tests {
    use super::*;
    use std::mem::MaybeUninit;
    use std::ptr::addr_of;

    macro_rules! offset {
        ($type:ty, $($member:ident).+) => {{
            let place = MaybeUninit::<$type>::uninit();
            let base = place.as_ptr();
            // Only addresses are taken; nothing is read.
            unsafe { addr_of!((*base).$($member).+) as usize - base as usize }
        }};
    }

    #[test]
    fn offsets_are_those_of_the_header() {
        assert_eq!(offset!(Str, len), 8);
        assert_eq!(offset!(Value, len), 4);
        assert_eq!(offset!(Value, u), 8);
        assert_eq!(offset!(Record, count), 8);
        assert_eq!(offset!(Host, abi_major), 8);
        assert_eq!(offset!(Host, implementation), 16);
        assert_eq!(offset!(Host, field_slot), 24);
        assert_eq!(offset!(Host, get_extension), 48);
        assert_eq!(offset!(CallApi, now), 8);
        assert_eq!(offset!(CallApi, add_reason), 40);
        assert_eq!(offset!(CallApi, alloc), 48);
        assert_eq!(offset!(NormalizeOut, confidence), 16);
        assert_eq!(offset!(Transition, from_status), 16);
        assert_eq!(offset!(Transition, to_status), 32);
        assert_eq!(offset!(Candidate, weight), 16);
        assert_eq!(offset!(Candidate, last_assigned), 40);
        assert_eq!(offset!(Candidate, open_load), 48);
        assert_eq!(offset!(Candidate, flags), 60);
        assert_eq!(offset!(RouteRequest, candidates), 16);
        assert_eq!(offset!(RouteRequest, count), 24);
        assert_eq!(offset!(Pair, right), 16);
        assert_eq!(offset!(MergeOut, weight), 8);
        assert_eq!(offset!(Plugin, abi_major), 8);
        assert_eq!(offset!(Plugin, flags), 16);
        assert_eq!(offset!(Plugin, id), 24);
        assert_eq!(offset!(Plugin, create), 48);
        assert_eq!(offset!(Plugin, get_capability), 64);
        assert_eq!(offset!(Plugin, get_extension), 72);
    }
}
