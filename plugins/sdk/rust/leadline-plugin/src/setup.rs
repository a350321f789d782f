use crate::abi;
use crate::call::str_of;
use crate::config::Config;
use crate::error::{Code, Error};
use crate::record::{Kind, Slot};

/// What an instance is made from.
pub struct Setup<'a> {
    host: *const abi::Host,
    config: &'a str,
}

impl<'a> Setup<'a> {
    pub(crate) fn new(host: *const abi::Host, config: &'a str) -> Setup<'a> {
        Setup { host, config }
    }

    /// The config as the pack has it, valid under the plugin's schema.
    pub fn config_json(&self) -> &'a str {
        self.config
    }

    /// The same, read.
    pub fn config(&self) -> Result<Config, Error> {
        Config::parse(self.config)
    }

    /// The slot of a field that the plugin cannot do without.
    pub fn field(&self, name: &str, kind: Kind) -> Result<Slot, Error> {
        let mut slot = 0;
        match unsafe { ((*self.host).field_slot)(self.host, str_of(name), kind as u32, &mut slot) } {
            abi::OK => Ok(Slot(slot)),
            code => {
                let code = Code::from_number(code);
                let what = match code {
                    Code::NotFound => "is not in the schema",
                    Code::InvalidArgument => "is of another kind",
                    _ => "cannot be had",
                };
                Err(Error::new(code, format!("the field {} {}", name, what)))
            }
        }
    }

    /// The slot of a field that may be missing from the schema; an error when it is there but of another kind.
    pub fn optional_field(&self, name: &str, kind: Kind) -> Result<Option<Slot>, Error> {
        match self.field(name, kind) {
            Ok(slot) => Ok(Some(slot)),
            Err(error) if error.code == Code::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Writes a line to the server's log. Never what may identify a person.
    pub fn log(&self, level: LogLevel, text: &str) {
        unsafe { ((*self.host).log)(self.host, level as i32, str_of(text)) }
    }

    pub(crate) fn set_error(&self, text: &str) {
        unsafe { ((*self.host).set_error)(self.host, str_of(text)) }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum LogLevel {
    Debug = 0,
    Info = 1,
    Warning = 2,
    Error = 3,
}

/// An instance with one config. Several threads may call it at once, which `Sync` makes safe; the host then needs only
/// one instance for all of them.
pub trait Plugin: Send + Sync + Sized + 'static {
    fn create(setup: &Setup<'_>) -> Result<Self, Error>;
}
