//! The exported descriptor, called as the host calls it.

use leadline_plugin::abi;
use leadline_plugin::{
    Agreement, Call, Choice, Code, Error, Fields, Kind, Merge, MergeOutput, Normalize, NormalizeOutput, Plugin, Route,
    RouteRequest, Score, Setup, Slot, Status, Transition, Value, Verdict,
};
use std::ffi::{CStr, CString};
use std::os::raw::{c_char, c_void};
use std::ptr;

/// Does what the field `mode` says.
struct Moody {
    mode: Slot,
    number: Option<Slot>,
}

impl Plugin for Moody {
    fn create(setup: &Setup<'_>) -> Result<Self, Error> {
        let config = setup.config()?;
        match config.text("create") {
            Some("panic") => panic!("no create today"),
            Some("fail") => return Err(Error::new(Code::Unavailable, "not now")),
            Some("field") => {
                return setup
                    .field("nothing.here", Kind::Text)
                    .map(|mode| Moody { mode, number: None })
            }
            _ => {}
        }
        Ok(Moody {
            mode: setup.field("test.mode", Kind::Text)?,
            number: setup.optional_field("nothing.here", Kind::Double)?,
        })
    }
}

impl Drop for Moody {
    fn drop(&mut self) {
        panic!("never mind");
    }
}

impl Moody {
    fn act(&self, record: &Fields<'_>) -> Result<(), Error> {
        assert!(self.number.is_none());
        match record.text(self.mode) {
            Some("panic") => panic!("item {}", 1),
            Some("index") => Err(Error::new(
                Code::Internal,
                format!("{:?}", [1, 2][record.text(self.mode).unwrap().len()]),
            )),
            Some("fail") => Err(Error::new(Code::OutOfRange, "too far")),
            _ => Ok(()),
        }
    }
}

impl Score for Moody {
    fn score(&self, record: Fields<'_>, call: &Call<'_>) -> Result<f64, Error> {
        self.act(&record)?;
        call.reason("because", 2.5);
        Ok(call.now() as f64 + 2.5)
    }
}

impl Normalize for Moody {
    fn normalize(&self, record: Fields<'_>, _: &Call<'_>) -> Result<NormalizeOutput, Error> {
        match record.value(self.mode) {
            Value::Text(text) => Ok(NormalizeOutput::new(text.to_uppercase(), 0.5)),
            _ => Ok(NormalizeOutput::unknown()),
        }
    }
}

impl Status for Moody {
    fn gate(&self, transition: Transition<'_>, call: &Call<'_>) -> Result<Verdict, Error> {
        call.reason(&format!("{}>{}", transition.from_status, transition.to_status), 0.0);
        Ok(Verdict::Deny)
    }
}

impl Route for Moody {
    fn route(&self, request: RouteRequest<'_>, _: &Call<'_>) -> Result<Choice, Error> {
        let free = request
            .candidates
            .iter()
            .position(|c| c.available() && c.place().is_some());
        Ok(free.map_or(Choice::Candidate(99), Choice::Candidate))
    }
}

impl Merge for Moody {
    fn compare(&self, left: Fields<'_>, right: Fields<'_>, _: &Call<'_>) -> Result<MergeOutput, Error> {
        let same = left.text(self.mode) == right.text(self.mode);
        let level = if same { Agreement::Exact } else { Agreement::Different };
        Ok(MergeOutput {
            level,
            weight: if same { 4.0 } else { -4.0 },
        })
    }
}

leadline_plugin::export_plugin! {
    plugin: Moody,
    id: "org.test.moody",
    version: "1.2.3",
    config_schema: r#"{"type": "object"}"#,
    pure: true,
    capabilities: [score, normalize, status, route, merge],
}

extern "C" {
    fn leadline_plugin_entry(major: u32, minor: u32) -> *const abi::Plugin;
}

fn descriptor() -> &'static abi::Plugin {
    unsafe { &*leadline_plugin_entry(1, 0) }
}

// The host's side: what it was told.
#[derive(Default)]
struct Told {
    error: String,
    reasons: Vec<(u32, String, f64)>,
    blocks: Vec<Vec<u8>>,
}

unsafe fn owned(text: abi::Str) -> String {
    let bytes = std::slice::from_raw_parts(text.ptr.cast::<u8>(), text.len as usize);
    String::from_utf8(bytes.to_vec()).unwrap()
}

unsafe extern "C" fn field_slot(_: *const abi::Host, name: abi::Str, kind: u32, slot: *mut u32) -> i32 {
    if owned(name) != "test.mode" {
        return 5;
    }
    if kind != abi::STR {
        return 3;
    }
    *slot = 0;
    0
}
unsafe extern "C" fn log(_: *const abi::Host, _: i32, _: abi::Str) {}
unsafe extern "C" fn host_error(host: *const abi::Host, text: abi::Str) {
    (*(*host).implementation.cast::<Told>()).error = owned(text);
}
unsafe fn told<'a>(call: *mut abi::Call) -> &'a mut Told {
    &mut *call.cast::<Told>()
}
unsafe extern "C" fn now(_: *const abi::Call) -> i64 {
    40
}
unsafe extern "C" fn cancelled(_: *const abi::Call) -> i32 {
    0
}
unsafe extern "C" fn call_error(call: *mut abi::Call, text: abi::Str) {
    told(call).error = owned(text);
}
unsafe extern "C" fn add_reason(call: *mut abi::Call, index: u32, text: abi::Str, weight: f64) {
    told(call).reasons.push((index, owned(text), weight));
}
unsafe extern "C" fn alloc(call: *mut abi::Call, size: u64) -> *mut c_void {
    told(call).blocks.push(vec![0; size as usize]);
    told(call).blocks.last_mut().unwrap().as_mut_ptr().cast()
}

const API: abi::CallApi = abi::CallApi {
    size: 56,
    now,
    time_left: now,
    cancelled,
    set_error: call_error,
    add_reason,
    alloc,
};

fn create(config: &str) -> (i32, *mut c_void, String) {
    let mut told = Told::default();
    let host = abi::Host {
        size: 56,
        abi_major: 1,
        abi_minor: 0,
        implementation: (&mut told as *mut Told).cast(),
        field_slot,
        log,
        set_error: host_error,
        get_extension: None,
    };
    let mut this = ptr::null_mut();
    let config = abi::Str {
        ptr: config.as_ptr().cast(),
        len: config.len() as u64,
    };
    let code = unsafe { (descriptor().create)(&host, config, &mut this) };
    (code, this, told.error)
}

fn instance() -> *mut c_void {
    let (code, this, error) = create("{}");
    assert_eq!((code, error.as_str()), (0, ""));
    this
}

fn table<In: 'static, Out: 'static>(id: &str) -> &'static abi::Table<In, Out> {
    let id = CString::new(id).unwrap();
    let table = unsafe { (descriptor().get_capability)(id.as_ptr()) };
    assert!(!table.is_null());
    unsafe { &*table.cast::<abi::Table<In, Out>>() }
}

// Calls capability `id` with these items; the outputs, the code and what the host was told.
fn call<In: 'static, Out: 'static>(id: &str, items: &[In], unset: fn() -> Out) -> (i32, Vec<Out>, Told) {
    let mut told = Told::default();
    let mut outs: Vec<Out> = items.iter().map(|_| unset()).collect();
    let code = unsafe {
        let call = (&mut told as *mut Told).cast();
        (table::<In, Out>(id).function)(
            instance(),
            items.as_ptr(),
            items.len() as u32,
            outs.as_mut_ptr(),
            call,
            &API,
        )
    };
    (code, outs, told)
}

fn text(text: &str) -> abi::Value {
    abi::Value {
        kind: abi::STR,
        len: text.len() as u32,
        u: abi::Payload {
            str: text.as_ptr().cast::<c_char>(),
        },
    }
}

fn record(value: &abi::Value) -> abi::Record {
    abi::Record {
        fields: value,
        count: 1,
        reserved: 0,
    }
}

fn score(mode: &str) -> (i32, Vec<abi::ScoreOut>, Told) {
    let value = text(mode);
    call("leadline.score/1", &[record(&value), record(&value)], || {
        abi::ScoreOut { points: f64::NAN }
    })
}

#[test]
fn the_descriptor_says_what_was_written() {
    let plugin = descriptor();
    assert_eq!(
        (plugin.size, plugin.abi_major, plugin.min_host_minor, plugin.flags),
        (80, 1, 0, 3)
    );
    let read = |text| unsafe { CStr::from_ptr(text) }.to_str().unwrap();
    assert_eq!(read(plugin.id), "org.test.moody");
    assert_eq!(read(plugin.version), "1.2.3");
    assert_eq!(read(plugin.config_schema_json), r#"{"type": "object"}"#);
    let other = CString::new("leadline.score/2").unwrap();
    assert!(unsafe { (plugin.get_capability)(other.as_ptr()) }.is_null());
}

#[test]
fn create_fails_with_code_and_text() {
    assert_eq!(create(r#"{"create": "fail"}"#).2, "not now");
    assert_eq!(create(r#"{"create": "fail"}"#).0, 14);
    let (code, _, error) = create(r#"{"create": "field"}"#);
    assert_eq!(
        (code, error.as_str()),
        (5, "the field nothing.here is not in the schema")
    );
    let (code, _, error) = create(r#"{"create": "panic"}"#);
    assert_eq!(code, 13);
    assert!(
        error.starts_with("panicked at ") && error.ends_with(": no create today"),
        "{}",
        error
    );
    let (code, _, error) = create("{");
    assert_eq!(code, 3);
    assert!(error.contains("not JSON"), "{}", error);
}

#[test]
fn a_panic_is_an_internal_error_with_its_text() {
    let (code, _, told) = score("panic");
    assert_eq!(code, 13);
    assert!(
        told.error.contains("boundary.rs") && told.error.ends_with(": item 1"),
        "{}",
        told.error
    );
    let (code, _, told) = score("index");
    assert_eq!(code, 13);
    assert!(told.error.contains("index out of bounds"), "{}", told.error);
    let (code, _, told) = score("fail");
    assert_eq!((code, told.error.as_str()), (11, "too far"));
    // Dropping panics, too; nothing comes of it.
    unsafe { (descriptor().destroy)(instance()) };
}

#[test]
fn every_item_is_answered_with_its_reasons() {
    let (code, outs, told) = score("");
    assert_eq!(code, 0);
    assert_eq!(outs.iter().map(|out| out.points).collect::<Vec<_>>(), [42.5, 42.5]);
    assert_eq!(
        told.reasons,
        [(0, "because".to_string(), 2.5), (1, "because".to_string(), 2.5)]
    );
}

#[test]
fn the_other_capabilities() {
    let value = text("grün");
    let null = abi::Value {
        kind: abi::NULL,
        len: 0,
        u: abi::Payload { i64: 0 },
    };
    let unset = || abi::NormalizeOut {
        value: text("?"),
        confidence: 9.0,
    };
    let (code, outs, _told) = call("leadline.normalize/1", &[record(&value), record(&null)], unset);
    assert_eq!((code, outs[0].confidence, outs[1].value.kind), (0, 0.5, abi::NULL));
    assert_eq!(outs[0].value.len, 5);
    assert_eq!(
        unsafe {
            owned(abi::Str {
                ptr: outs[0].value.u.str,
                len: 5,
            })
        },
        "GRÜN"
    );

    let name = |text: &'static str| abi::Str {
        ptr: text.as_ptr().cast(),
        len: text.len() as u64,
    };
    let transition = abi::Transition {
        record: record(&null),
        from_status: name(""),
        to_status: name("mql"),
    };
    let (code, outs, told) = call("leadline.status/1", &[transition], || abi::StatusOut {
        verdict: 0,
        reserved: 0,
    });
    assert_eq!((code, outs[0].verdict, told.reasons[0].1.as_str()), (0, 2, ">mql"));

    let pair = abi::Pair {
        left: record(&value),
        right: record(&null),
    };
    let (code, outs, _) = call("leadline.merge/1", &[pair], || abi::MergeOut {
        level: 0,
        reserved: 0,
        weight: f64::NAN,
    });
    assert_eq!((code, outs[0].level, outs[0].weight), (0, 2, -4.0));

    let candidate = |latitude, flags| abi::Candidate {
        rep_id: name("ana"),
        weight: 1.0,
        latitude,
        longitude: 0.0,
        last_assigned: abi::TIME_NONE,
        open_load: 0,
        capacity: 1,
        seniority: 0,
        flags,
    };
    let candidates = [candidate(f64::NAN, 8), candidate(1.0, 8)];
    let request = |count| abi::RouteRequest {
        record: record(&null),
        candidates: candidates.as_ptr(),
        count,
        reserved: 0,
    };
    let unset = || abi::RouteOut {
        choice: u32::MAX - 1,
        reserved: 0,
    };
    let (code, outs, _) = call("leadline.route/1", &[request(2)], unset);
    assert_eq!((code, outs[0].choice), (0, 1));
    let (code, _, told) = call("leadline.route/1", &[request(1)], unset);
    assert_eq!((code, told.error.as_str()), (13, "chose candidate 99 of 1"));
}
