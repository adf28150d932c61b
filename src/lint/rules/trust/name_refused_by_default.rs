#![doc = include_str!("name_refused_by_default.md")]

use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::lint::Context;
use crate::lint::rules::Rule;
use crate::trust::{metadata_platform, refused_by_default};

pub(in crate::lint::rules) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "name-refused-by-default",
        group: "trust",
        severity: Severity::Warning,
        fix: FixKind::None,
        summary: "a local name, with the trust that opens it taken away",
        explain: include_str!("name_refused_by_default.md"),
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for base in context.bases() {
        let Some(name) = base.host().and_then(|host| host.name()) else {
            continue;
        };
        let is_denied = base.policy.flag() == Some(false) && metadata_platform(name).is_none();
        let Some(why) = refused_by_default(name).filter(|_| is_denied && !base.is_loopback())
        else {
            continue;
        };
        let message = format!(
            "{} {why}, and such names are refused under `allowPrivateNetwork: false`",
            base.shown_host()
        );
        let help = "Only trust in the own origin opens them. Remove the flag, or use the address of the machine and see \
                    `clawconf explain denied-own-origin`.";
        findings.push(base.finding(&RULE.info, message, help));
    }
}
