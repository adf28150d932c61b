#![doc = include_str!("unusable_base_url.md")]

use std::net::Ipv6Addr;

use url::{ParseError, Url};

use crate::diagnostic::Fix;
use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::json5::Edit;
use crate::lint::Context;
use crate::lint::base::Base;
use crate::lint::rules::Rule;
use crate::trust::{NoOrigin, Origin, Reason, is_blocked_port};

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

const WRITE: &str = "Write scheme, host and port: `http://192.168.1.5:1234/v1`.";

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for base in context.bases() {
        if !base.address.missing.is_empty() || base.address.text.is_empty() {
            continue;
        }
        if let Some((what, help)) = trouble(base) {
            let fix = with_scheme(base).filter(|_| what == SCHEMELESS);
            let message = format!("this `baseUrl` {what}");
            findings.push(base.finding(&RULE.info, message, help).with_fix(fix));
        }
    }
}

/// What is wrong with an address that only lacks its beginning.
const SCHEMELESS: &str = "lacks `http://` or `https://` in front";

/// What is wrong with an address, and what to write.
fn trouble(base: &Base<'_>) -> Option<(&'static str, &'static str)> {
    let text = base.policy.base_url().unwrap_or_default();
    let is_bare = !text.contains("://");
    if text.is_empty() {
        return Some(("is blank", WRITE));
    }
    if text.starts_with('[') && text.contains("](") {
        let help = "It was copied from a document. Write the bare address, without brackets and parentheses.";
        return Some(("is a Markdown link", help));
    }
    if base.is_placeholder() {
        let help = "Write the real address. A variable is written `${NAME}`, with braces and in capital letters: OpenClaw \
                    replaces nothing else.";
        return Some(("still holds a placeholder", help));
    }
    if text.parse::<Ipv6Addr>().is_ok() {
        let help = "An IPv6 address in a URL stands in brackets: `http://[fd00::5]:1234/v1`.";
        return Some(("is an IPv6 address without brackets", help));
    }
    match Origin::parse(text) {
        Ok(_) => {
            let help =
                "Two dots follow each other in its name, or it is longer than 253 characters.";
            let refused = base.refused()?.reason == Reason::NotAUrl;
            refused.then_some(("names a host that cannot be", help))
        }
        Err(_) if text.starts_with('/') && is_bare => Some(("is a path without a host", WRITE)),
        Err(_) if text.starts_with("http//") || text.starts_with("https//") => {
            Some(("lacks the colon behind its scheme", WRITE))
        }
        Err(_) if is_bare && Origin::parse(&format!("http://{text}")).is_ok() => {
            Some((SCHEMELESS, WRITE))
        }
        Err(NoOrigin::NotHttp) => {
            let help = "OpenClaw sends HTTP requests only. Write `http://` or `https://` in place of the other scheme.";
            Some(("has a scheme other than http and https", help))
        }
        Err(NoOrigin::NotAUrl) => Some(("is not a URL", reading_error(text))),
    }
}

/// What to write where no URL can be read.
fn reading_error(text: &str) -> &'static str {
    let is_bare_ipv6 = !text.contains('[') && text.matches(':').count() > 2;
    match Url::parse(text) {
        _ if is_bare_ipv6 => {
            "An IPv6 address in a URL stands in brackets: `http://[fd00::5]:1234/v1`."
        }
        Err(ParseError::InvalidPort) => "The port is a number up to 65535.",
        Err(ParseError::InvalidIpv4Address) => "The numbers of an IPv4 address go up to 255.",
        Err(ParseError::InvalidIpv6Address) => {
            "What stands in brackets is an IPv6 address, without a zone like `%eth0`."
        }
        _ => WRITE,
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
    let is_clean = !text.contains(['@', ' ']) && port != HTTPS && !is_blocked_port(port);
    is_clean.then(|| Fix {
        safe: true,
        title: "put `http://` in front".to_owned(),
        edits: vec![Edit::insert(start, "http://")],
    })
}
