//! What the gate reads of a record.

use leadline_plugin::{Error, Fields, Kind, Setup, Slot};

/// One enquiry. `None` where the record says nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Enquiry<'a> {
    pub given_name: Option<&'a str>,
    pub family_name: Option<&'a str>,
    pub email_domain: Option<&'a str>,
    pub phone: Option<&'a str>,
    pub company: Option<&'a str>,
    pub employees: Option<i64>,
    pub annual_revenue: Option<f64>,
    pub visits: Option<i64>,
    pub seconds_on_site: Option<i64>,
    pub pages_per_visit: Option<f64>,
}

/// Where the fields stand. Any of them may be missing from a schema; then it is never known.
pub struct EnquirySlots {
    given_name: Option<Slot>,
    family_name: Option<Slot>,
    email_domain: Option<Slot>,
    phone: Option<Slot>,
    company: Option<Slot>,
    employees: Option<Slot>,
    annual_revenue: Option<Slot>,
    visits: Option<Slot>,
    seconds_on_site: Option<Slot>,
    pages_per_visit: Option<Slot>,
}

impl EnquirySlots {
    pub fn find(setup: &Setup<'_>) -> Result<EnquirySlots, Error> {
        Ok(EnquirySlots {
            given_name: setup.optional_field("contact.given_name", Kind::Text)?,
            family_name: setup.optional_field("contact.family_name", Kind::Text)?,
            email_domain: setup.optional_field("contact.email_domain", Kind::Text)?,
            phone: setup.optional_field("contact.phone", Kind::Text)?,
            company: setup.optional_field("account.name", Kind::Text)?,
            employees: setup.optional_field("account.employees", Kind::Int)?,
            annual_revenue: setup.optional_field("account.annual_revenue", Kind::Double)?,
            visits: setup.optional_field("lead.total_visits", Kind::Int)?,
            seconds_on_site: setup.optional_field("lead.time_on_site_seconds", Kind::Int)?,
            pages_per_visit: setup.optional_field("lead.page_views_per_visit", Kind::Double)?,
        })
    }

    pub fn read<'a>(&self, record: &Fields<'a>) -> Enquiry<'a> {
        let text = |slot: Option<Slot>| slot.and_then(|slot| record.text(slot));
        let int = |slot: Option<Slot>| slot.and_then(|slot| record.int(slot));
        let double = |slot: Option<Slot>| slot.and_then(|slot| record.double(slot));
        Enquiry {
            given_name: text(self.given_name),
            family_name: text(self.family_name),
            email_domain: text(self.email_domain),
            phone: text(self.phone),
            company: text(self.company),
            employees: int(self.employees),
            annual_revenue: double(self.annual_revenue),
            visits: int(self.visits),
            seconds_on_site: int(self.seconds_on_site),
            pages_per_visit: double(self.pages_per_visit),
        }
    }
}
