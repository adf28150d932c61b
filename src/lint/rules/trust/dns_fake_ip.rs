#![doc = include_str!("dns_fake_ip.md")]

use super::dns;
use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::lint::Context;
use crate::lint::rules::Rule;
use crate::trust::AddressKind;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "dns-fake-ip",
        group: "trust",
        severity: Severity::Info,
        fix: FixKind::None,
        summary: "a name that answers as fake-IP resolvers do",
        explain: include_str!("dns_fake_ip.md"),
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for base in context.bases() {
        let is_fake = |address: &&crate::trust::Address| {
            matches!(
                address.kind(),
                AddressKind::Benchmark | AddressKind::UniqueLocal
            )
        };
        let answers = dns::answers(base);
        let fake = answers.iter().find(is_fake);
        let Some(address) = fake.filter(|_| base.refused_answer().is_none()) else {
            continue;
        };
        let message = format!("{} answers with {address}", base.shown_host());
        let help = match address.kind() {
            AddressKind::Benchmark => {
                "Resolvers of Clash, Surge and sing-box invent such addresses. They are accepted for this host name, on any port, \
                 whatever the flag says."
            }
            _ => {
                "Such addresses are private, or invented by a fake-IP resolver. They are accepted for exactly this origin, \
                 whatever the flag says."
            }
        };
        findings.push(base.finding(&RULE.info, message, help));
    }
}
