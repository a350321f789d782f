//! JSON, as far as a config needs it.

use crate::error::Error;

/// A value of a config. Members keep their order.
#[derive(Clone, Debug, PartialEq)]
pub enum Config {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    List(Vec<Config>),
    Object(Vec<(String, Config)>),
}

impl Config {
    pub fn parse(json: &str) -> Result<Config, Error> {
        let mut reader = Reader {
            bytes: json.as_bytes(),
            at: 0,
        };
        let value = reader.value(0)?;
        reader.space();
        if reader.at != json.len() {
            return Err(reader.fault("the end"));
        }
        Ok(value)
    }

    /// A member of an object; `None` when it is missing or null.
    pub fn get(&self, name: &str) -> Option<&Config> {
        let member = match self {
            Config::Object(members) => members.iter().rev().find(|(key, _)| key == name),
            _ => None,
        };
        member.map(|(_, value)| value).filter(|value| **value != Config::Null)
    }

    pub fn number(&self, name: &str, default: f64) -> f64 {
        match self.get(name) {
            Some(Config::Number(number)) => *number,
            _ => default,
        }
    }

    pub fn bool(&self, name: &str, default: bool) -> bool {
        match self.get(name) {
            Some(Config::Bool(flag)) => *flag,
            _ => default,
        }
    }

    pub fn text(&self, name: &str) -> Option<&str> {
        match self.get(name) {
            Some(Config::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The texts of a list; `None` when the member is missing.
    pub fn texts(&self, name: &str) -> Option<Vec<&str>> {
        let items = match self.get(name) {
            Some(Config::List(items)) => items,
            _ => return None,
        };
        let text = |item| match item {
            &Config::Text(ref text) => Some(text.as_str()),
            _ => None,
        };
        Some(items.iter().filter_map(text).collect())
    }
}

const DEEPEST: u32 = 64;

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn fault(&self, wanted: &str) -> Error {
        Error::invalid_argument(format!(
            "the config is not JSON: {} expected at byte {}",
            wanted, self.at
        ))
    }

    fn peek(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or(0)
    }

    fn space(&mut self) {
        while matches!(self.peek(), b' ' | b'\t' | b'\n' | b'\r') {
            self.at += 1;
        }
    }

    fn expect(&mut self, token: &str) -> Result<(), Error> {
        if !self.bytes[self.at..].starts_with(token.as_bytes()) {
            return Err(self.fault(token));
        }
        self.at += token.len();
        Ok(())
    }

    fn value(&mut self, depth: u32) -> Result<Config, Error> {
        if depth > DEEPEST {
            return Err(self.fault("less nesting"));
        }
        self.space();
        match self.peek() {
            b'{' => self.object(depth),
            b'[' => self.list(depth),
            b'"' => Ok(Config::Text(self.text()?)),
            b't' => self.expect("true").map(|()| Config::Bool(true)),
            b'f' => self.expect("false").map(|()| Config::Bool(false)),
            b'n' => self.expect("null").map(|()| Config::Null),
            _ => self.number(),
        }
    }

    // Whether another item follows; moves past the separator or past `end`.
    fn more(&mut self, end: u8, first: bool) -> Result<bool, Error> {
        self.space();
        if self.peek() == end {
            self.at += 1;
            return Ok(false);
        }
        if !first {
            self.expect(",")?;
            self.space();
        }
        Ok(true)
    }

    fn object(&mut self, depth: u32) -> Result<Config, Error> {
        self.expect("{")?;
        let mut members = Vec::new();
        while self.more(b'}', members.is_empty())? {
            let key = self.text()?;
            self.space();
            self.expect(":")?;
            members.push((key, self.value(depth + 1)?));
        }
        Ok(Config::Object(members))
    }

    fn list(&mut self, depth: u32) -> Result<Config, Error> {
        self.expect("[")?;
        let mut items = Vec::new();
        while self.more(b']', items.is_empty())? {
            items.push(self.value(depth + 1)?);
        }
        Ok(Config::List(items))
    }

    fn number(&mut self) -> Result<Config, Error> {
        let start = self.at;
        while matches!(self.peek(), b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E') {
            self.at += 1;
        }
        let text = std::str::from_utf8(&self.bytes[start..self.at]).unwrap_or("");
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() && !text.starts_with('+') => Ok(Config::Number(number)),
            _ => {
                self.at = start;
                Err(self.fault("a value"))
            }
        }
    }

    fn text(&mut self) -> Result<String, Error> {
        self.expect("\"")?;
        let mut out = Vec::new();
        loop {
            match self.peek() {
                b'"' => break,
                b'\\' => {
                    self.at += 1;
                    let escaped = self.escape()?;
                    out.extend_from_slice(escaped.encode_utf8(&mut [0; 4]).as_bytes());
                }
                0..=0x1F => return Err(self.fault("\"")),
                byte => {
                    out.push(byte);
                    self.at += 1;
                }
            }
        }
        self.at += 1;
        String::from_utf8(out).map_err(|_| self.fault("UTF-8"))
    }

    fn escape(&mut self) -> Result<char, Error> {
        let escaped = match self.peek() {
            b'n' => '\n',
            b't' => '\t',
            b'r' => '\r',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'u' => return self.unicode(),
            plain @ (b'"' | b'\\' | b'/') => plain as char,
            _ => return Err(self.fault("an escape")),
        };
        self.at += 1;
        Ok(escaped)
    }

    fn unicode(&mut self) -> Result<char, Error> {
        let high = self.hex()?;
        if !(0xD800..0xDC00).contains(&high) {
            return char::from_u32(high).ok_or_else(|| self.fault("a character"));
        }
        self.expect("\\")?;
        let low = self.hex()?;
        if !(0xDC00..0xE000).contains(&low) {
            return Err(self.fault("a second surrogate"));
        }
        char::from_u32(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)).ok_or_else(|| self.fault("a character"))
    }

    fn hex(&mut self) -> Result<u32, Error> {
        self.expect("u")?;
        let digits = self.bytes.get(self.at..self.at + 4).unwrap_or(&[]);
        let all = digits.len() == 4 && digits.iter().all(u8::is_ascii_hexdigit);
        let number = std::str::from_utf8(digits)
            .ok()
            .and_then(|text| u32::from_str_radix(text, 16).ok());
        match number {
            Some(number) if all => {
                self.at += 4;
                Ok(number)
            }
            _ => Err(self.fault("four hexadecimal digits")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_json_has() {
        let config =
            Config::parse(r#" {"a": [1, -2.5e1, true, null], "b": {"c": "x\n\u00e9\ud83d\ude00"}, "d": ""} "#).unwrap();
        assert_eq!(
            config.get("a"),
            Some(&Config::List(vec![
                Config::Number(1.0),
                Config::Number(-25.0),
                Config::Bool(true),
                Config::Null
            ]))
        );
        assert_eq!(config.get("b").and_then(|b| b.text("c")), Some("x\né😀"));
        assert_eq!(config.text("d"), Some(""));
        assert_eq!(config.number("missing", 7.0), 7.0);
        let list = Config::parse(r#"{"list": ["a", 1, "b"]}"#).unwrap();
        assert_eq!(list.texts("list"), Some(vec!["a", "b"]));
    }

    #[test]
    fn refuses_what_is_no_json() {
        let deep = "[".repeat(100);
        for text in [
            "",
            "{",
            "[1,]",
            "{\"a\"}",
            "nul",
            "\"\\x\"",
            "\"\\ud800\"",
            "1 2",
            "+1",
            "1e999",
            "\"a",
            &deep,
        ] {
            assert!(Config::parse(text).is_err(), "{}", text);
        }
    }
}
