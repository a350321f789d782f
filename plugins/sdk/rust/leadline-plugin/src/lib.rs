//! Leadline plugins in safe Rust, for rustc 1.63 or later, without dependencies.
//!
//! ```
//! use leadline_plugin::{Call, Error, Fields, Kind, Plugin, Score, Setup, Slot};
//!
//! struct FitScore {
//!     employees: Slot,
//! }
//!
//! impl Plugin for FitScore {
//!     fn create(setup: &Setup<'_>) -> Result<Self, Error> {
//!         Ok(FitScore { employees: setup.field("account.employees", Kind::Int)? })
//!     }
//! }
//!
//! impl Score for FitScore {
//!     fn score(&self, record: Fields<'_>, call: &Call<'_>) -> Result<f64, Error> {
//!         let points = if record.int(self.employees).unwrap_or(0) > 50 { 20.0 } else { 0.0 };
//!         call.reason("more than 50 employees", points);
//!         Ok(points)
//!     }
//! }
//!
//! leadline_plugin::export_plugin! {
//!     plugin: FitScore,
//!     id: "com.example.fit_score",
//!     version: "1.0.0",
//!     capabilities: [score],
//! }
//! ```
//!
//! What is returned as an [`Error`] fails the batch with its code and text; a panic fails it as `Internal` with the
//! panic's text and place. Neither reaches the server any other way.

#[doc(hidden)]
pub mod abi;
mod call;
#[doc(hidden)]
pub mod capability;
mod config;
mod error;
#[doc(hidden)]
pub mod glue;
mod record;
mod setup;

pub use call::Call;
pub use capability::{
    Agreement, Choice, Merge, MergeOutput, Normalize, NormalizeOutput, Route, Score, Status, Verdict,
};
pub use config::Config;
pub use error::{Code, Error};
pub use record::{Candidate, Fields, Kind, RouteRequest, Slot, Transition, Value};
pub use setup::{LogLevel, Plugin, Setup};

/// Exports a type as the plugin of this shared object: `leadline_plugin_entry`, and nothing else.
///
/// `id` and `version` must be those of the manifest. `config_schema` is a JSON Schema (draft 7) and may be left out: then
/// the plugin takes no config. `pure: true` says that outputs depend on config, items and `now()` alone. Each name in
/// `capabilities` (normalize, status, score, route, merge) needs the trait of that name.
#[macro_export]
macro_rules! export_plugin {
    (
        plugin: $plugin:ty,
        id: $id:expr,
        version: $version:expr,
        $(config_schema: $schema:expr,)?
        $(pure: $pure:expr,)?
        capabilities: [$($capability:ident),+ $(,)?] $(,)?
    ) => {
        const _: () = {
            use std::os::raw::{c_char, c_void};
            use $crate::abi;

            unsafe extern "C" fn get_capability(id: *const c_char) -> *const c_void {
                let id = std::ffi::CStr::from_ptr(id).to_bytes();
                $(if id == $crate::capability::$capability::ID {
                    return $crate::capability::$capability::table::<$plugin>();
                })+
                std::ptr::null()
            }

            static DESCRIPTOR: abi::Plugin = abi::Plugin {
                size: std::mem::size_of::<abi::Plugin>() as u64,
                abi_major: abi::MAJOR,
                min_host_minor: 0,
                flags: abi::FLAG_CONCURRENT $(| if $pure { abi::FLAG_PURE } else { 0 })?,
                reserved: 0,
                id: concat!($id, "\0").as_ptr() as *const c_char,
                version: concat!($version, "\0").as_ptr() as *const c_char,
                config_schema_json: {
                    #[allow(unused_variables)]
                    let schema: *const c_char = std::ptr::null();
                    $(let schema = concat!($schema, "\0").as_ptr() as *const c_char;)?
                    schema
                },
                create: $crate::glue::create::<$plugin>,
                destroy: $crate::glue::destroy::<$plugin>,
                get_capability,
                get_extension: None,
            };

            #[no_mangle]
            pub extern "C" fn leadline_plugin_entry(_host_major: u32, _host_minor: u32) -> *const abi::Plugin {
                $crate::glue::quiet_panics();
                &DESCRIPTOR
            }
        };
    };
}
