//! The checks on one enquiry. Each says what is wrong, as a sentence; nothing where nothing is.

use crate::enquiry::Enquiry;
use crate::names;

/// Providers whose addresses last minutes.
const DISPOSABLE: [&str; 40] = [
    "10minutemail.com",
    "10minutemail.net",
    "burnermail.io",
    "discard.email",
    "dispostable.com",
    "emailondeck.com",
    "fakeinbox.com",
    "fakemail.net",
    "getairmail.com",
    "getnada.com",
    "grr.la",
    "guerrillamail.biz",
    "guerrillamail.com",
    "guerrillamail.de",
    "guerrillamail.info",
    "guerrillamail.net",
    "guerrillamail.org",
    "inboxkitten.com",
    "mail-temp.com",
    "mailcatch.com",
    "maildrop.cc",
    "mailinator.com",
    "mailinator.net",
    "mailnesia.com",
    "mintemail.com",
    "moakt.com",
    "mohmal.com",
    "mytemp.email",
    "nada.email",
    "sharklasers.com",
    "spam4.me",
    "spamgourmet.com",
    "temp-mail.io",
    "temp-mail.org",
    "tempail.com",
    "tempmail.com",
    "tempr.email",
    "throwawaymail.com",
    "trashmail.com",
    "yopmail.com",
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    DisposableMail,
    KeyboardMash,
    StuffedNames,
    BotSpeed,
    ImpossibleValues,
}

impl Check {
    pub const ALL: [(&'static str, Check); 5] = [
        ("disposable_mail", Check::DisposableMail),
        ("keyboard_mash", Check::KeyboardMash),
        ("stuffed_names", Check::StuffedNames),
        ("bot_speed", Check::BotSpeed),
        ("impossible_values", Check::ImpossibleValues),
    ];
}

/// What the pack may set. Immutable once made.
#[derive(Clone, Debug)]
pub struct Rules {
    pub checks: Vec<Check>,
    pub disposable_domains: Vec<String>,
    pub allowed_domains: Vec<String>,
    pub seconds_per_page: f64,
}

impl Default for Rules {
    fn default() -> Rules {
        Rules {
            checks: Check::ALL.iter().map(|(_, check)| *check).collect(),
            disposable_domains: Vec::new(),
            allowed_domains: Vec::new(),
            seconds_per_page: 0.5,
        }
    }
}

impl Rules {
    /// What speaks against the enquiry, a sentence each.
    pub fn faults(&self, enquiry: &Enquiry<'_>) -> Vec<String> {
        let mut faults = Vec::new();
        for check in &self.checks {
            match check {
                Check::DisposableMail => faults.extend(self.disposable_mail(enquiry)),
                Check::KeyboardMash => faults.extend(keyboard_mash(enquiry)),
                Check::StuffedNames => faults.extend(stuffed_names(enquiry)),
                Check::BotSpeed => faults.extend(self.bot_speed(enquiry)),
                Check::ImpossibleValues => faults.extend(impossible_values(enquiry)),
            }
        }
        faults
    }

    fn disposable_mail(&self, enquiry: &Enquiry<'_>) -> Option<String> {
        let domain = enquiry.email_domain?.trim_end_matches('.').to_lowercase();
        let covers =
            |listed: &str| domain == listed || domain.strip_suffix(listed).map_or(false, |sub| sub.ends_with('.'));
        if self.allowed_domains.iter().any(|listed| covers(listed)) {
            return None;
        }
        let listed = DISPOSABLE
            .iter()
            .copied()
            .chain(self.disposable_domains.iter().map(String::as_str));
        let provider = listed.into_iter().find(|listed| covers(listed))?;
        Some(format!("the mail address is a disposable one of {}", provider))
    }

    // A single page measures as no time at all, and no time as unknown: neither tells a bot.
    fn bot_speed(&self, enquiry: &Enquiry<'_>) -> Option<String> {
        const FEWEST_PAGES: f64 = 3.0;
        let seconds = enquiry.seconds_on_site.filter(|seconds| *seconds > 0)?;
        let pages = enquiry.pages_per_visit? * enquiry.visits? as f64;
        if !(FEWEST_PAGES..=1e6).contains(&pages) || seconds as f64 >= pages * self.seconds_per_page {
            return None;
        }
        Some(format!(
            "{} pages in {} seconds is faster than anybody reads",
            pages.round(),
            seconds
        ))
    }
}

fn people<'a>(enquiry: &Enquiry<'a>) -> impl Iterator<Item = (&'static str, &'a str)> {
    let given = enquiry.given_name.map(|name| ("given name", name));
    let family = enquiry.family_name.map(|name| ("family name", name));
    given.into_iter().chain(family)
}

fn keyboard_mash(enquiry: &Enquiry<'_>) -> Vec<String> {
    let mut faults: Vec<String> = people(enquiry)
        .filter_map(|(what, name)| names::mash_of_person(name).map(|mash| format!("the {} {}", what, mash)))
        .collect();
    if let Some(mash) = enquiry.company.and_then(names::mash_of_company) {
        faults.push(format!("the company's name {}", mash));
    }
    faults
}

fn stuffed_names(enquiry: &Enquiry<'_>) -> Vec<String> {
    let mut faults: Vec<String> = people(enquiry)
        .filter_map(|(what, name)| names::stuffing_of_person(name).map(|found| format!("the {} holds {}", what, found)))
        .collect();
    if let Some(found) = enquiry.company.and_then(names::stuffing_of_company) {
        faults.push(format!("the company's name holds {}", found));
    }
    faults
}

// Bounds that no real record comes near.
fn impossible_values(enquiry: &Enquiry<'_>) -> Vec<String> {
    const MOST_EMPLOYEES: i64 = 10_000_000;
    const MOST_REVENUE: f64 = 2e12;
    const MOST_PAGES: f64 = 1_000.0;
    const DAY: i64 = 86_400;
    let mut faults = Vec::new();
    if let Some(employees) = enquiry.employees.filter(|n| !(0..=MOST_EMPLOYEES).contains(n)) {
        faults.push(format!("no company has {} employees", employees));
    }
    if let Some(revenue) = enquiry.annual_revenue.filter(|n| !(0.0..=MOST_REVENUE).contains(n)) {
        faults.push(format!("no company earns {} a year", revenue));
    }
    if let Some(visits) = enquiry.visits.filter(|n| *n < 0) {
        faults.push(format!("nobody visits {} times", visits));
    }
    let longest = enquiry.visits.unwrap_or(1).clamp(1, 10_000) * DAY;
    if let Some(seconds) = enquiry.seconds_on_site.filter(|n| !(0..=longest).contains(n)) {
        faults.push(format!("nobody stays for {} seconds in so many visits", seconds));
    }
    if let Some(pages) = enquiry.pages_per_visit.filter(|n| !(0.0..=MOST_PAGES).contains(n)) {
        faults.push(format!("nobody views {} pages a visit", pages));
    }
    if enquiry.phone.map_or(false, is_made_up) {
        faults.push("the phone number is made up".to_string());
    }
    faults
}

// One digit over and over, or all of them in order.
fn is_made_up(phone: &str) -> bool {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    if digits.len() < 7 {
        return false;
    }
    let first = &digits[..1];
    digits.replace(first, "").is_empty() || digits.ends_with("1234567890") || digits.ends_with("0123456789")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(enquiry: Enquiry<'_>) -> Vec<String> {
        Rules::default().faults(&enquiry)
    }

    #[test]
    fn an_ordinary_enquiry_has_none() {
        let enquiry = Enquiry {
            given_name: Some("Zsófia"),
            family_name: Some("Szczepański-Ng"),
            email_domain: Some("firma.example"),
            phone: Some("+49 30 1234567"),
            company: Some("HRK Maschinenbau GmbH"),
            employees: Some(120),
            annual_revenue: Some(1.5e7),
            visits: Some(4),
            seconds_on_site: Some(600),
            pages_per_visit: Some(3.5),
        };
        assert!(faults(enquiry).is_empty());
        assert!(faults(Enquiry::default()).is_empty());
    }

    #[test]
    fn disposable_domains_and_those_below_them() {
        let of = |domain| {
            faults(Enquiry {
                email_domain: Some(domain),
                ..Enquiry::default()
            })
        };
        assert_eq!(
            of("mailinator.com"),
            ["the mail address is a disposable one of mailinator.com"]
        );
        assert_eq!(of("X.Yopmail.COM").len(), 1);
        assert!(of("notmailinator.com").is_empty());
        let mut rules = Rules::default();
        rules.disposable_domains.push("brief.example".to_string());
        rules.allowed_domains.push("ok.yopmail.com".to_string());
        let of = |domain| {
            rules
                .faults(&Enquiry {
                    email_domain: Some(domain),
                    ..Enquiry::default()
                })
                .len()
        };
        assert_eq!(
            (of("brief.example"), of("ok.yopmail.com"), of("yopmail.com")),
            (1, 0, 1)
        );
    }

    #[test]
    fn speed_needs_pages_and_a_measured_time() {
        let of = |visits, seconds, pages| {
            let enquiry = Enquiry {
                visits: Some(visits),
                seconds_on_site: Some(seconds),
                pages_per_visit: Some(pages),
                ..Enquiry::default()
            };
            faults(enquiry)
        };
        assert_eq!(of(2, 3, 20.0), ["40 pages in 3 seconds is faster than anybody reads"]);
        assert!(of(2, 20, 20.0).is_empty());
        assert!(of(2, 0, 20.0).is_empty());
        assert!(of(1, 1, 2.0).is_empty());
    }

    #[test]
    fn what_cannot_be() {
        let of = |enquiry| faults(enquiry).len();
        assert_eq!(
            of(Enquiry {
                employees: Some(-4),
                ..Enquiry::default()
            }),
            1
        );
        assert_eq!(
            of(Enquiry {
                employees: Some(2_300_000),
                ..Enquiry::default()
            }),
            0
        );
        assert_eq!(
            of(Enquiry {
                annual_revenue: Some(1e15),
                ..Enquiry::default()
            }),
            1
        );
        assert_eq!(
            of(Enquiry {
                visits: Some(2),
                seconds_on_site: Some(200_000),
                ..Enquiry::default()
            }),
            1
        );
        assert_eq!(
            of(Enquiry {
                visits: Some(i64::MAX),
                ..Enquiry::default()
            }),
            0
        );
        assert_eq!(
            of(Enquiry {
                visits: Some(i64::MIN),
                seconds_on_site: Some(-1),
                ..Enquiry::default()
            }),
            2
        );
        assert_eq!(
            of(Enquiry {
                pages_per_visit: Some(f64::NAN),
                ..Enquiry::default()
            }),
            1
        );
        for phone in ["+1 111 1111", "0000000000", "+1 (123) 456-7890"] {
            assert_eq!(
                of(Enquiry {
                    phone: Some(phone),
                    ..Enquiry::default()
                }),
                1,
                "{}",
                phone
            );
        }
        assert_eq!(
            of(Enquiry {
                phone: Some("+49 30 1234567"),
                ..Enquiry::default()
            }),
            0
        );
    }
}
