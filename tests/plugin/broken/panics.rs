// A plugin without the crate, whose panic finds nothing that catches it at the interface.
use std::os::raw::{c_char, c_void};

#[repr(C)]
pub struct Plugin {
    size: u64,
    abi_major: u32,
    min_host_minor: u32,
    flags: u32,
    reserved: u32,
    id: *const c_char,
    version: *const c_char,
    config_schema_json: *const c_char,
    create: extern "C" fn(*const c_void, *const c_char, u64, *mut *mut c_void) -> i32,
    destroy: extern "C" fn(*mut c_void),
    get_capability: extern "C" fn(*const c_char) -> *const c_void,
    get_extension: *const c_void,
}
unsafe impl Sync for Plugin {}

#[repr(C)]
struct Score {
    size: u64,
    score:
        extern "C" fn(*mut c_void, *const c_void, u32, *mut f64, *mut c_void, *const c_void) -> i32,
}

extern "C" fn create(
    _host: *const c_void,
    _config: *const c_char,
    _len: u64,
    instance: *mut *mut c_void,
) -> i32 {
    unsafe { *instance = Box::into_raw(Box::new(0u8)) as *mut c_void };
    0
}

extern "C" fn destroy(instance: *mut c_void) {
    drop(unsafe { Box::from_raw(instance as *mut u8) });
}

extern "C" fn score(
    _instance: *mut c_void,
    _records: *const c_void,
    n: u32,
    _outs: *mut f64,
    _call: *mut c_void,
    _api: *const c_void,
) -> i32 {
    panic!("{} items are too many", n);
}

static SCORE: Score = Score { size: 16, score };

extern "C" fn get_capability(id: *const c_char) -> *const c_void {
    if unsafe { std::ffi::CStr::from_ptr(id) }.to_bytes() == b"leadline.score/1" {
        &SCORE as *const Score as *const c_void
    } else {
        std::ptr::null()
    }
}

static PLUGIN: Plugin = Plugin {
    size: 80,
    abi_major: 1,
    min_host_minor: 0,
    flags: 3,
    reserved: 0,
    id: b"org.broken.panics\0".as_ptr() as *const c_char,
    version: b"1.0.0\0".as_ptr() as *const c_char,
    config_schema_json: std::ptr::null(),
    create,
    destroy,
    get_capability,
    get_extension: std::ptr::null(),
};

#[no_mangle]
pub extern "C" fn leadline_plugin_entry(_host_major: u32, _host_minor: u32) -> *const Plugin {
    &PLUGIN
}
