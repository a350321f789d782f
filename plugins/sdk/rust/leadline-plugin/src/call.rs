use crate::abi;
use crate::error::{Code, Error};
use std::cell::Cell;
use std::ptr;

/// The call in flight, at one item of its batch.
pub struct Call<'a> {
    call: *mut abi::Call,
    api: &'a abi::CallApi,
    item: Cell<u32>,
}

impl<'a> Call<'a> {
    /// # Safety
    /// Both are as the host hands them in and outlive `'a`.
    pub(crate) unsafe fn new(call: *mut abi::Call, api: *const abi::CallApi) -> Call<'a> {
        Call {
            call,
            api: &*api,
            item: Cell::new(0),
        }
    }

    pub(crate) fn move_to(&self, item: u32) {
        self.item.set(item);
    }

    /// The moment the decision is made for, in microseconds since the Unix epoch: the only clock a decision may use.
    pub fn now(&self) -> i64 {
        unsafe { (self.api.now)(self.call) }
    }

    /// Microseconds left before the caller stops waiting; `None`: it waits for ever. For giving up, never for choosing.
    pub fn time_left(&self) -> Option<i64> {
        Some(unsafe { (self.api.time_left)(self.call) }).filter(|left| *left != i64::MAX)
    }

    /// Whether nobody waits for the result any more.
    pub fn cancelled(&self) -> bool {
        unsafe { (self.api.cancelled)(self.call) != 0 }
    }

    /// One sentence of explanation for this item, and its share of the result: points for score, agreement weight for
    /// merge, otherwise 0. Finite, and at most 4,096 bytes of text.
    pub fn reason(&self, text: &str, weight: f64) {
        unsafe { (self.api.add_reason)(self.call, self.item.get(), str_of(text), weight) }
    }

    pub(crate) fn set_error(&self, text: &str) {
        unsafe { (self.api.set_error)(self.call, str_of(text)) }
    }

    /// A STR output with a copy of `text` in the host's memory.
    pub(crate) fn text_output(&self, text: &str) -> Result<abi::Value, Error> {
        let too_long = || Error::new(Code::ResourceExhausted, "the output is too long");
        let len = u32::try_from(text.len()).map_err(|_| too_long())?;
        let copy = unsafe { (self.api.alloc)(self.call, u64::from(len)) }.cast::<u8>();
        if copy.is_null() {
            return Err(too_long());
        }
        unsafe { ptr::copy_nonoverlapping(text.as_ptr(), copy, text.len()) };
        Ok(abi::Value {
            kind: abi::STR,
            len,
            u: abi::Payload { str: copy.cast() },
        })
    }
}

pub(crate) fn str_of(text: &str) -> abi::Str {
    abi::Str {
        ptr: text.as_ptr().cast(),
        len: text.len() as u64,
    }
}
