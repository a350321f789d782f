//! org.leadline.junk_gate: keeps junk and bots from becoming enquiries. See README.md.

mod checks;
mod enquiry;
mod names;

use checks::{Check, Rules};
use enquiry::EnquirySlots;
use leadline_plugin::{Call, Config, Error, Plugin, Setup, Status, Transition, Verdict};

/// Statuses that only a real enquiry may enter. To set junk aside as raw, re_market or disqualified is not refused.
const GUARDED: [&str; 7] = ["inquiry", "maql", "lal", "mql", "sal", "sql", "customer"];

struct JunkGate {
    slots: EnquirySlots,
    guarded: Vec<String>,
    rules: Rules,
}

fn owned(texts: Vec<&str>) -> Vec<String> {
    texts.into_iter().map(str::to_lowercase).collect()
}

fn rules_from(config: &Config) -> Rules {
    let mut rules = Rules::default();
    if let Some(names) = config.texts("checks") {
        rules.checks = Check::ALL
            .iter()
            .filter(|(name, _)| names.contains(name))
            .map(|(_, check)| *check)
            .collect();
    }
    rules.disposable_domains = owned(config.texts("disposable_domains").unwrap_or_default());
    rules.allowed_domains = owned(config.texts("allowed_domains").unwrap_or_default());
    rules.seconds_per_page = config.number("seconds_per_page", rules.seconds_per_page);
    rules
}

impl Plugin for JunkGate {
    fn create(setup: &Setup<'_>) -> Result<Self, Error> {
        let config = setup.config()?;
        let guarded = config.texts("guarded_statuses").unwrap_or_else(|| GUARDED.to_vec());
        Ok(JunkGate {
            slots: EnquirySlots::find(setup)?,
            guarded: guarded.into_iter().map(str::to_string).collect(),
            rules: rules_from(&config),
        })
    }
}

impl Status for JunkGate {
    fn gate(&self, transition: Transition<'_>, call: &Call<'_>) -> Result<Verdict, Error> {
        if !self.guarded.iter().any(|status| status == transition.to_status) {
            return Ok(Verdict::Abstain);
        }
        let faults = self.rules.faults(&self.slots.read(&transition.record));
        for fault in &faults {
            call.reason(fault, 0.0);
        }
        Ok(if faults.is_empty() {
            Verdict::Allow
        } else {
            Verdict::Deny
        })
    }
}

leadline_plugin::export_plugin! {
    plugin: JunkGate,
    id: "org.leadline.junk_gate",
    version: "1.0.0",
    config_schema: include_str!("config.schema.json"),
    pure: true,
    capabilities: [status],
}
