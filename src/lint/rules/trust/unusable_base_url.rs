#![doc = include_str!("unusable_base_url.md")]

use crate::diagnostic::Fix;
use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::json5::Edit;
use crate::lint::Context;
use crate::lint::base::Base;
use crate::lint::rules::Rule;
use crate::trust::{NoOrigin, Origin, Reason};

pub(in crate::lint::rules) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "unusable-base-url",
        group: "trust",
        severity: Severity::Error,
        fix: FixKind::Safe,
        summary: "a base URL that no request can go to",
        explain: include_str!("unusable_base_url.md"),
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for base in context.bases() {
        if base.verdict.is_none() || base.address.text.is_empty() {
            continue;
        }
        let Some((what, help)) = trouble(base.address.text.trim()).or_else(|| bad_name(base))
        else {
            continue;
        };
        let fix = with_scheme(base);
        let message = format!("this `baseUrl` {what}");
        findings.push(base.finding(&RULE.info, message, help).with_fix(fix));
    }
}

/// A host that the policy refuses for its name alone.
fn bad_name(base: &Base<'_>) -> Option<(&'static str, &'static str)> {
    let refused = base.refused()?.reason == Reason::NotAUrl;
    let help = "Two dots follow each other in its name, or it is longer than 253 characters.";
    refused.then_some(("names a host that cannot be", help))
}

/// What is wrong with an address, and what to write.
fn trouble(text: &str) -> Option<(&'static str, &'static str)> {
    const WRITE: &str = "Write scheme, host and port: `http://192.168.1.5:1234/v1`.";
    let is_placeholder = text.contains(['<', '>', '{', '}'])
        || text.to_lowercase().contains("your-") && Origin::parse(text).is_err();
    if text.is_empty() {
        return Some(("is blank", WRITE));
    }
    if text.starts_with('[') && text.contains("](") {
        let help = "It was copied from a document. Write the bare address, without brackets and parentheses.";
        return Some(("is a Markdown link", help));
    }
    if is_placeholder {
        let help = "Put the real address in its place. OpenClaw replaces `${NAME}` in capital letters and nothing else.";
        return Some(("still holds a placeholder", help));
    }
    match Origin::parse(text) {
        Ok(_) => None,
        Err(_) if Origin::parse(&format!("http://{text}")).is_ok() && !text.contains("://") => {
            Some(("lacks `http://` or `https://` in front", WRITE))
        }
        Err(NoOrigin::NotHttp) => {
            let help = "OpenClaw sends HTTP requests only. Write `http://` or `https://` in front.";
            Some(("has a scheme other than http and https", help))
        }
        Err(NoOrigin::NotAUrl) => Some(("is not a URL", WRITE)),
    }
}

/// The port of HTTPS, where `http://` would be wrong.
const HTTPS: u16 = 443;

/// Puts `http://` in front of `host:port`.
fn with_scheme(base: &Base<'_>) -> Option<Fix> {
    let text = &base.address.text;
    let start = base.written_at()?;
    let (_, port) = text.split('/').next()?.rsplit_once(':')?;
    let port: u16 = port.parse().ok()?;
    let is_bare = Origin::parse(text).is_err()
        && !text.contains(['@', '<', '{', ' '])
        && !text.contains("://");
    if port == HTTPS || !is_bare || Origin::parse(&format!("http://{text}")).is_err() {
        return None;
    }
    Some(Fix {
        safe: true,
        title: "put `http://` in front".to_owned(),
        edits: vec![Edit::insert(start, "http://")],
    })
}
