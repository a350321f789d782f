//! The five capabilities as traits, and the tables that stand for them. A plugin implements those it has.

use crate::abi;
use crate::call::Call;
use crate::error::Error;
use crate::glue;
use crate::record::{Fields, RouteRequest, Transition};
use crate::setup::Plugin;
use std::borrow::Cow;
use std::os::raw::c_void;

/// What a value reads as. `NormalizeOutput::unknown()` when the plugin cannot tell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NormalizeOutput {
    pub value: Option<Cow<'static, str>>,
    /// 0 to 1.
    pub confidence: f64,
}

impl NormalizeOutput {
    pub fn unknown() -> NormalizeOutput {
        NormalizeOutput::default()
    }
    pub fn new(value: impl Into<Cow<'static, str>>, confidence: f64) -> NormalizeOutput {
        NormalizeOutput {
            value: Some(value.into()),
            confidence,
        }
    }
}

/// A gate's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Verdict {
    /// Nothing stands against it.
    Allow = 1,
    /// Refused: give at least one reason.
    Deny = 2,
    /// Not this gate's business.
    Abstain = 3,
}

/// Who works a lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// An index into the candidates.
    Candidate(usize),
    /// None of them is fit: give at least one reason.
    Nobody,
}

/// How far two records agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Agreement {
    /// At least one side has nothing to compare; the weight must be 0.
    Missing = 1,
    Different = 2,
    Weak = 3,
    Strong = 4,
    Exact = 5,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MergeOutput {
    pub level: Agreement,
    /// log2 of the Bayes factor: above 0 speaks for the same thing. Finite.
    pub weight: f64,
}

/// `leadline.normalize/1`: reads a value into a standard form.
pub trait Normalize: Plugin {
    fn normalize(&self, record: Fields<'_>, call: &Call<'_>) -> Result<NormalizeOutput, Error>;
}

/// `leadline.status/1`: a gate on a change of status.
pub trait Status: Plugin {
    fn gate(&self, transition: Transition<'_>, call: &Call<'_>) -> Result<Verdict, Error>;
}

/// `leadline.score/1`: points for a record. The weights of the reasons should add up to them.
pub trait Score: Plugin {
    fn score(&self, record: Fields<'_>, call: &Call<'_>) -> Result<f64, Error>;
}

/// `leadline.route/1`: chooses who works a lead.
pub trait Route: Plugin {
    fn route(&self, request: RouteRequest<'_>, call: &Call<'_>) -> Result<Choice, Error>;
}

/// `leadline.merge/1`: how far two records agree. Symmetric.
pub trait Merge: Plugin {
    fn compare(&self, left: Fields<'_>, right: Fields<'_>, call: &Call<'_>) -> Result<MergeOutput, Error>;
}

// capability!(module, id, trait, input, output, how one item is answered): what export_plugin! refers to by name.
macro_rules! capability {
    ($module:ident, $id:literal, $trait:ident, $in:ty, $out:ty, $answer:expr) => {
        #[doc(hidden)]
        pub mod $module {
            use super::*;

            pub const ID: &[u8] = $id;

            // rustc 1.63 takes $answer to stand in an unsafe block already.
            #[allow(unused_unsafe)]
            unsafe extern "C" fn run<T: $trait>(
                this: *mut c_void,
                items: *const $in,
                n: u32,
                outs: *mut $out,
                call: *mut abi::Call,
                api: *const abi::CallApi,
            ) -> i32 {
                let answer: fn(&T, &$in, &Call<'_>) -> Result<$out, Error> = $answer;
                glue::batch(this, items, n, outs, call, api, answer)
            }

            struct Of<T>(T);
            impl<T: $trait> Of<T> {
                const TABLE: &'static abi::Table<$in, $out> = &abi::Table {
                    size: std::mem::size_of::<abi::Table<$in, $out>>() as u64,
                    function: run::<T>,
                };
            }

            pub fn table<T: $trait>() -> *const c_void {
                let table: *const abi::Table<$in, $out> = Of::<T>::TABLE;
                table.cast()
            }
        }
    };
}

capability!(
    normalize,
    b"leadline.normalize/1",
    Normalize,
    abi::Record,
    abi::NormalizeOut,
    |plugin, record, call| {
        let out = plugin.normalize(unsafe { Fields::new(record) }, call)?;
        let value = match &out.value {
            Some(text) => call.text_output(text)?,
            None => abi::Value {
                kind: abi::NULL,
                len: 0,
                u: abi::Payload { i64: 0 },
            },
        };
        Ok(abi::NormalizeOut {
            value,
            confidence: out.confidence,
        })
    }
);

capability!(
    status,
    b"leadline.status/1",
    Status,
    abi::Transition,
    abi::StatusOut,
    |plugin, item, call| {
        let transition = Transition {
            record: unsafe { Fields::new(&item.record) },
            from_status: glue::status_name(&item.from_status)?,
            to_status: glue::status_name(&item.to_status)?,
        };
        let verdict = plugin.gate(transition, call)? as u32;
        Ok(abi::StatusOut { verdict, reserved: 0 })
    }
);

capability!(
    score,
    b"leadline.score/1",
    Score,
    abi::Record,
    abi::ScoreOut,
    |plugin, record, call| {
        let points = plugin.score(unsafe { Fields::new(record) }, call)?;
        Ok(abi::ScoreOut { points })
    }
);

capability!(
    route,
    b"leadline.route/1",
    Route,
    abi::RouteRequest,
    abi::RouteOut,
    |plugin, item, call| {
        let request = unsafe { RouteRequest::new(item) };
        let choice = match plugin.route(request, call)? {
            Choice::Nobody => abi::ROUTE_NOBODY,
            Choice::Candidate(index) if index < request.candidates.len() => index as u32,
            Choice::Candidate(index) => return Err(glue::no_such_candidate(index, request.candidates.len())),
        };
        Ok(abi::RouteOut { choice, reserved: 0 })
    }
);

capability!(
    merge,
    b"leadline.merge/1",
    Merge,
    abi::Pair,
    abi::MergeOut,
    |plugin, pair, call| {
        let out = unsafe { plugin.compare(Fields::new(&pair.left), Fields::new(&pair.right), call) }?;
        Ok(abi::MergeOut {
            level: out.level as u32,
            reserved: 0,
            weight: out.weight,
        })
    }
);
