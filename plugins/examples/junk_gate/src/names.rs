//! Names that nobody has: keyboard runs, letters without a vowel, links. Only Latin letters are judged; and what real
//! names do (Mkrtchyan, Szczepański, Krč, Ng, Goldschmidt, O'Neill) must pass.

use std::fmt;

const ROWS: [&str; 8] = [
    "qwertyuiop",
    "qwertzuiop",
    "azertyuiop",
    "asdfghjkl",
    "qsdfghjklm",
    "zxcvbnm",
    "yxcvbnm",
    "wxcvbn",
];

/// Four keys in a row that are nobody's name, unlike "Azer" and "Wert".
const SHORT_RUNS: [&str; 12] = [
    "asdf", "sdfg", "dfgh", "fghj", "ghjk", "hjkl", "qwer", "zxcv", "xcvb", "yxcv", "qsdf", "wxcv",
];

/// Letters that are written with several, longest first: one sound each.
const DIGRAPHS: [&str; 15] = [
    "tsch", "sch", "tch", "szcz", "ch", "sh", "th", "ph", "kh", "gh", "zh", "sz", "cz", "ck", "dt",
];

/// Endings of addresses that no person's name has.
const ADDRESS_ENDINGS: [&str; 16] = [
    ".com", ".net", ".org", ".ru", ".info", ".biz", ".xyz", ".top", ".click", ".shop", ".link", ".online", ".site",
    ".club", ".io", ".cn",
];

#[derive(Clone, Debug, PartialEq)]
pub enum Mash {
    KeyboardRun(String),
    SameLetter(char),
    NoVowel(usize),
    Consonants(usize),
    Repeats(String),
}

impl fmt::Display for Mash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Mash::KeyboardRun(run) => write!(out, "holds \"{}\", a run of keys", run),
            Mash::SameLetter(letter) => write!(out, "repeats \"{}\" four times or more", letter),
            Mash::NoVowel(letters) => write!(out, "has {} letters and no vowel", letters),
            Mash::Consonants(count) => write!(out, "has {} consonants in a row", count),
            Mash::Repeats(part) => write!(out, "is \"{}\" over and over", part),
        }
    }
}

/// What makes a person's name a mash of keys. Each word by itself; a word with a letter that is not Latin is not judged.
pub fn mash_of_person(name: &str) -> Option<Mash> {
    words(name).find_map(|word| {
        keyboard_run(&word)
            .or_else(|| same_letter(&word))
            .or_else(|| repeats(&word))
            .or_else(|| unspeakable(&word))
    })
}

/// The same for a company, which may well be an acronym without a vowel.
pub fn mash_of_company(name: &str) -> Option<Mash> {
    words(name).find_map(|word| keyboard_run(&word).or_else(|| same_letter(&word)))
}

/// What makes a person's name an advertisement: a link, an address, mark-up.
pub fn stuffing_of_person(name: &str) -> Option<&'static str> {
    let lower = name.to_lowercase();
    if let Some(found) = stuffing_of_company(name) {
        return Some(found);
    }
    if lower.contains("www.") || lower.contains('@') {
        return Some("an address");
    }
    let ends = |word: &str| {
        ADDRESS_ENDINGS
            .iter()
            .any(|ending| word.len() > ending.len() && word.ends_with(ending))
    };
    let address = lower
        .split(|c: char| c.is_whitespace() || c == '/')
        .any(|word| ends(word.trim_end_matches('.')));
    if address {
        return Some("an address");
    }
    if name.chars().filter(char::is_ascii_digit).count() >= 4 {
        return Some("a number");
    }
    None
}

/// The same for a company, which may be called "Booking.com" or "1&1".
pub fn stuffing_of_company(name: &str) -> Option<&'static str> {
    let lower = name.to_lowercase();
    if lower.contains("://") {
        return Some("a link");
    }
    if ["<a ", "<script", "[url", "href="]
        .iter()
        .any(|mark| lower.contains(mark))
    {
        return Some("mark-up");
    }
    None
}

// The words of Latin letters, in lower case without accents on vowels; a word in another script is left out.
fn words(name: &str) -> impl Iterator<Item = String> + '_ {
    name.split(|c: char| !c.is_alphabetic())
        .filter(|word| {
            word.chars()
                .all(|c| c.is_ascii_alphabetic() || ('\u{c0}'..='\u{24f}').contains(&c))
        })
        .map(|word| word.to_lowercase())
        .filter(|word| !word.is_empty())
}

fn is_vowel(letter: char) -> bool {
    // Every Latin letter with a mark counts as one but the consonants that have marks: an accent is no mash.
    const MARKED_CONSONANTS: &str = "çćčďđğģħķļĺľłñńňŉŋŕřśšşșţťțźżžßŵ";
    "aeiouyw".contains(letter) || (!letter.is_ascii() && !MARKED_CONSONANTS.contains(letter))
}

fn runs_along(row: &str, word: &str) -> bool {
    let backward: String = word.chars().rev().collect();
    row.contains(word) || row.contains(&backward)
}

fn on_a_row(word: &str) -> bool {
    ROWS.iter().any(|row| runs_along(row, word))
}

fn keyboard_run(word: &str) -> Option<Mash> {
    const LONG: usize = 5;
    if SHORT_RUNS.contains(&word) {
        return Some(Mash::KeyboardRun(word.to_string()));
    }
    let letters: Vec<char> = word.chars().collect();
    letters
        .windows(LONG)
        .map(|window| window.iter().collect::<String>())
        .find(|window| on_a_row(window))
        .map(Mash::KeyboardRun)
}

fn same_letter(word: &str) -> Option<Mash> {
    let letters: Vec<char> = word.chars().collect();
    letters
        .windows(4)
        .find(|window| window.iter().all(|letter| letter == &window[0]))
        .map(|window| Mash::SameLetter(window[0]))
}

// "asdasd", "dfdfdf": keys of one row or of no vowel, the whole word long.
fn repeats(word: &str) -> Option<Mash> {
    let letters: Vec<char> = word.chars().collect();
    for length in 2..=3 {
        let times = letters.len() / length;
        let whole = letters.len() % length == 0 && letters.iter().zip(letters.iter().skip(length)).all(|(a, b)| a == b);
        if !whole || times < 2 {
            continue;
        }
        let part: String = letters[..length].iter().collect();
        let hit_and_miss = length == 3 && on_a_row(&part);
        if hit_and_miss || (times >= 3 && !part.chars().any(is_vowel)) {
            return Some(Mash::Repeats(part));
        }
    }
    None
}

fn unspeakable(word: &str) -> Option<Mash> {
    let letters = word.chars().count();
    let syllabic = word.contains(|c| "rl".contains(c)); // Krč, Vlk, Smrž
    if !word.chars().any(is_vowel) && letters >= if syllabic { 8 } else { 5 } {
        return Some(Mash::NoVowel(letters));
    }
    const MOST_SOUNDS: usize = 5; // Prtskhaladze, Knightsbridge
    let mut folded = word.to_string();
    for digraph in DIGRAPHS {
        folded = folded.replace(digraph, "c");
    }
    let longest = folded.split(is_vowel).map(|run| run.chars().count()).max().unwrap_or(0);
    if longest > MOST_SOUNDS {
        return Some(Mash::Consonants(longest));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_names_pass() {
        let names = [
            "Mkrtchyan",
            "Mkhitaryan",
            "Szczepański",
            "Brzęczyszczykiewicz",
            "Krč",
            "Smrž",
            "Vlk",
            "Škrtel",
            "Ng",
            "Nguyễn",
            "Goldschmidt",
            "Hirschsprung",
            "Knightsbridge",
            "Prtskhaladze",
            "O'Neill-Schwartz",
            "van der Westhuizen",
            "Azer",
            "Wert",
            "Llwyd",
            "Cwm",
            "Þórðardóttir",
            "Strzyżewski",
            "Aaltonen",
            "Anna-Lena",
            "Lili",
            "Coco",
            "Mimi",
            "Dvořák",
            "Hrdlička",
            "Chrząszcz",
            "Ngũgĩ",
            "Đặng",
            "Jr.",
            "李小龍",
            "Достоевский",
            "Скрп",
            "محمد",
            "Ltd",
            "MacPherson III",
            "Tchaikovsky",
            "Schtschedrin",
            "Björk",
            "Ødegård",
            "Kjærsgaard",
            "Vrchlický",
            "Trnka",
            "Srbljanović",
            "D'Angelo",
            "Phanthavongsa",
            "Wright",
            "Lynch",
        ];
        for name in names {
            assert_eq!(mash_of_person(name), None, "{}", name);
            assert_eq!(stuffing_of_person(name), None, "{}", name);
        }
    }

    #[test]
    fn mashes_do_not() {
        for name in [
            "asdfgh",
            "Qwertz",
            "poiuytr",
            "asdf",
            "xcvb",
            "aaaa",
            "Xxxxx",
            "dfdfdf",
            "asdasd",
            "jkljkl",
            "bcdfg",
            "gfhjdkrtl",
            "sdkfjhgs",
            "Anna hjkhkjh",
            "lkjhg",
            "azertyui",
            "zzzzzz",
            "fgtrhbnm",
        ] {
            assert!(mash_of_person(name).is_some(), "{}", name);
        }
        assert_eq!(mash_of_person("Asdfgh"), Some(Mash::KeyboardRun("asdfg".to_string())));
    }

    #[test]
    fn companies_may_be_acronyms_and_addresses() {
        for name in [
            "BMW",
            "KTM HRCBDF",
            "Booking.com",
            "1&1 Versatel 2000",
            "HSBC",
            "www.firma.de",
            "PwC GmbH",
        ] {
            assert_eq!(mash_of_company(name), None, "{}", name);
            assert_eq!(stuffing_of_company(name), None, "{}", name);
        }
        assert!(mash_of_company("asdfgh Inc").is_some());
        assert_eq!(stuffing_of_company("Win now https://x.example/a"), Some("a link"));
    }

    #[test]
    fn links_in_names_are_found() {
        assert_eq!(stuffing_of_person("Anna https://x.example"), Some("a link"));
        assert_eq!(stuffing_of_person("click <a href=x>"), Some("mark-up"));
        assert_eq!(stuffing_of_person("cheap-pills.ru"), Some("an address"));
        assert_eq!(stuffing_of_person("visit casino.com/win now"), Some("an address"));
        assert_eq!(stuffing_of_person("Robert19875"), Some("a number"));
        assert_eq!(stuffing_of_person("St. John"), None);
    }
}
