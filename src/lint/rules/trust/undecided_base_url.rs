#![doc = include_str!("undecided_base_url.md")]

use std::collections::HashSet;

use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::json5::{Path, Span};
use crate::lint::Context;
use crate::lint::rules::Rule;
use crate::lint::rules::wording;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "undecided-base-url",
        group: "trust",
        severity: Severity::Info,
        fix: FixKind::None,
        summary: "an address with variables that are not known here",
        explain: include_str!("undecided_base_url.md"),
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for base in context.addresses() {
        let span = base.address.node.span();
        findings.extend(finding(&base.path, span, &base.address.missing));
    }
    for provider in context.config.providers() {
        if let Some(proxy) = provider.proxy_url() {
            let path = provider.path.child("request").child("proxy").child("url");
            findings.extend(finding(&path, proxy.node.span(), &proxy.missing));
        }
    }
}

/// What is to be said of an address with these variables missing, each of which is told once.
fn finding(path: &Path, span: Span, missing: &[&str]) -> Option<Finding> {
    /// Most variables that are told.
    const MOST: usize = 5;
    let first = missing.first()?;
    let mut seen = HashSet::new();
    let names: Vec<&str> = missing
        .iter()
        .copied()
        .filter(|name| seen.insert(*name))
        .collect();
    let quoted: Vec<String> = names
        .iter()
        .take(MOST)
        .map(|name| wording::quote(name))
        .collect();
    let more = if names.len() > MOST {
        " and others"
    } else {
        ""
    };
    let message = format!(
        "this address depends on {}{more}, so nothing is said of it",
        quoted.join(", ")
    );
    let help = format!(
        "Give a value with `--env {first}=…`, `--env-file FILE` or `--env-from-process`, and it is judged."
    );
    Some(Finding::new(&RULE.info, path.clone(), span, message).with_help(help))
}
