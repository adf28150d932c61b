#![doc = include_str!("dns_mixed.md")]

use super::dns;
use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::lint::Context;
use crate::lint::rules::Rule;
use crate::trust::{AddressKind, Lookup};

pub(in crate::lint::rules) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "dns-mixed",
        group: "trust",
        severity: Severity::Warning,
        fix: FixKind::None,
        summary: "a name with public and private answers",
        explain: include_str!("dns_mixed.md"),
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for base in context.bases() {
        let answers = dns::answers(base);
        let is_public = |address: &&crate::trust::Address| address.kind() == AddressKind::Public;
        let public = answers.iter().find(is_public);
        let private = answers.iter().find(|address| !is_public(address));
        let (Some(public), Some(private)) = (public, private) else {
            continue;
        };
        let changes = matches!(base.lookup, Some(Lookup::Answered { changed: true, .. }));
        let how = if changes {
            ", and not the same each time"
        } else {
            ""
        };
        let message = format!(
            "{} answers with {private} and with {public}{how}",
            base.shown_host()
        );
        let help = "One answer that is refused refuses the request, and which one is used is chance. Let the name have one kind of address.";
        findings.push(base.finding(&RULE.info, message, help));
    }
}
