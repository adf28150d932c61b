#![doc = include_str!("name_refused_by_default.md")]

use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::lint::Context;
use crate::lint::rules::Rule;
use crate::trust::{Reason, RefusedName, metadata_like_label, refused_by_default};

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
        let is_denied = base.policy.flag() == Some(false) && metadata_like_label(name).is_none();
        let is_refused = base
            .refused()
            .is_some_and(|verdict| verdict.reason == Reason::RefusedName);
        let why = refused_by_default(name).filter(|_| is_denied && is_refused);
        let Some(why) = why.filter(|why| !matches!(why, RefusedName::Exactly(_))) else {
            continue;
        };
        let message = format!(
            "{} {why}, and such names are refused under `allowPrivateNetwork: false`",
            base.shown_host()
        );
        let help = "Remove the flag: then exactly this origin is trusted. An address in place of the name is refused as well.";
        findings.push(base.finding(&RULE.info, message, help));
    }
}
