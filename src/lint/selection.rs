//! Which rules run, and how bad their findings are.

use std::collections::BTreeMap;

use super::rules;
use crate::diagnostic::{RuleInfo, Severity};

/// Which rules run, and how bad their findings are where somebody has said so. Everything is named
/// by rule or by group.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Only these; all when empty.
    pub select: Vec<String>,
    /// Never these.
    pub ignore: Vec<String>,
    /// Severities in place of the usual ones. What is said of a rule wins over what is said of its
    /// group.
    pub severity: BTreeMap<String, Severity>,
}

impl Selection {
    /// Whether `rule` runs.
    #[must_use]
    pub fn includes(&self, rule: &RuleInfo) -> bool {
        let named = |names: &[String]| {
            names
                .iter()
                .any(|name| name == rule.id || name == rule.group)
        };
        (self.select.is_empty() || named(&self.select)) && !named(&self.ignore)
    }

    /// What the severity of the findings of `rule` is to be, if it is not the usual one.
    #[must_use]
    pub fn severity(&self, rule: &RuleInfo) -> Option<Severity> {
        let of = |name| self.severity.get(name).copied();
        of(rule.id).or_else(|| of(rule.group))
    }

    /// A name that is neither a rule nor a group, if there is one.
    #[must_use]
    pub fn unknown_name(&self) -> Option<&str> {
        let lists = self.select.iter().chain(&self.ignore);
        let mut names = lists.chain(self.severity.keys());
        let known = |name: &str| {
            rules::ALL
                .iter()
                .any(|rule| rule.info.id == name || rule.info.group == name)
        };
        names.find(|name| !known(name)).map(String::as_str)
    }
}
