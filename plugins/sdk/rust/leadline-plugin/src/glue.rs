//! Between the C tables and the traits. No panic leaves here.

use crate::abi;
use crate::call::Call;
use crate::error::{Code, Error};
use crate::record::{array, text};
use crate::setup::{Plugin, Setup};
use std::any::Any;
use std::cell::RefCell;
use std::os::raw::c_void;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

#[cfg(panic = "abort")]
compile_error!("a plugin must be built with panic = \"unwind\": a panic that aborts takes the whole server down");

thread_local! {
    static PLACE: RefCell<String> = RefCell::new(String::new());
}

/// Keeps panics off the server's standard error, where they could show a person's data: the host is told instead.
pub fn quiet_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        panic::set_hook(Box::new(|info| {
            let place = info
                .location()
                .map_or(String::new(), |at| format!(" at {}:{}", at.file(), at.line()));
            let _ = PLACE.try_with(|kept| {
                if let Ok(mut kept) = kept.try_borrow_mut() {
                    *kept = place;
                }
            });
        }));
    });
}

fn panic_text(payload: &(dyn Any + Send)) -> String {
    let said = match (payload.downcast_ref::<&str>(), payload.downcast_ref::<String>()) {
        (Some(text), _) => text,
        (_, Some(text)) => text.as_str(),
        _ => "no text",
    };
    let place = PLACE.try_with(|kept| kept.take()).unwrap_or_default();
    format!("panicked{}: {}", place, said)
}

/// Runs `body`; a panic becomes an `Internal` error with its text.
pub fn guard<T>(body: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    match panic::catch_unwind(AssertUnwindSafe(body)) {
        Ok(result) => result,
        Err(payload) => {
            let text = panic_text(&*payload);
            // The payload may panic when it is dropped.
            std::mem::forget(payload);
            Err(Error::new(Code::Internal, text))
        }
    }
}

/// # Safety
/// The arguments are those of `create` in leadline/plugin.h.
pub unsafe extern "C" fn create<T: Plugin>(host: *const abi::Host, config: abi::Str, this: *mut *mut c_void) -> i32 {
    let config = text(config.ptr, config.len);
    let setup = Setup::new(host, config.unwrap_or(""));
    let made = guard(|| {
        if config.is_none() {
            return Err(Error::invalid_argument("the config is not UTF-8"));
        }
        T::create(&setup).map(Box::new)
    });
    match made {
        Ok(plugin) => {
            *this = Box::into_raw(plugin).cast();
            abi::OK
        }
        Err(error) => {
            setup.set_error(&error.text);
            error.code as i32
        }
    }
}

/// # Safety
/// `this` came from `create::<T>` and is not used again.
pub unsafe extern "C" fn destroy<T: Plugin>(this: *mut c_void) {
    let _ = guard(|| {
        drop(Box::from_raw(this.cast::<T>()));
        Ok(())
    });
}

/// Answers one item after the other.
///
/// # Safety
/// The arguments are those of a capability's function in leadline/plugin.h.
pub unsafe fn batch<T: Plugin, In, Out>(
    this: *mut c_void,
    items: *const In,
    n: u32,
    outs: *mut Out,
    call: *mut abi::Call,
    api: *const abi::CallApi,
    answer: fn(&T, &In, &Call<'_>) -> Result<Out, Error>,
) -> i32 {
    let plugin = &*this.cast::<T>();
    let items = array(items, n);
    let call = Call::new(call, api);
    let done = guard(|| {
        for (index, item) in items.iter().enumerate() {
            call.move_to(index as u32);
            let out = answer(plugin, item, &call)?;
            outs.add(index).write(out);
        }
        Ok(())
    });
    match done {
        Ok(()) => abi::OK,
        Err(error) => {
            call.set_error(&error.text);
            error.code as i32
        }
    }
}

pub fn status_name(name: &abi::Str) -> Result<&str, Error> {
    unsafe { text(name.ptr, name.len) }.ok_or_else(|| Error::invalid_argument("a status is not UTF-8"))
}

pub fn no_such_candidate(index: usize, count: usize) -> Error {
    Error::new(Code::Internal, format!("chose candidate {} of {}", index, count))
}
