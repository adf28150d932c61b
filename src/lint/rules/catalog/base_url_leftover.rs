#![doc = include_str!("base_url_leftover.md")]

use crate::config::DEFAULT_API;
use crate::contract::release;
use crate::diagnostic::{Finding, Fix, FixKind, RuleInfo, Severity};
use crate::json5::{Edit, Span};
use crate::lint::Context;
use crate::lint::base::Base;
use crate::lint::credential::has_secret_query;
use crate::lint::route::Route;
use crate::lint::rules::Rule;
use crate::trust;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "base-url-leftover",
        group: "catalog",
        severity: Severity::Warning,
        fix: FixKind::Safe,
        summary: "a query, a fragment or a doubled slash in a base URL",
        explain: include_str!("base_url_leftover.md"),
    },
    check,
};

/// The protocols whose requests append a path to the text (all run with OpenClaw 2026.5.18).
const APPENDING: [&str; 5] = [
    DEFAULT_API,
    "openai-responses",
    "azure-openai-responses",
    "anthropic-messages",
    "ollama",
];

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for base in context.bases() {
        let Some(route) = base.route() else { continue };
        let fragment = route.fragment();
        let doubled = doubled_slashes(route.path());
        let is_clean = fragment.is_none() && doubled.is_empty() && !route.has_query();
        if is_clean || trust::may_hide_password(&base.address.text) {
            continue;
        }
        if !base.is_asked_with(|api| APPENDING.contains(&api)) {
            continue;
        }
        // A key in it is told by `secret-without-ref-support`.
        let written = base.address.node.written_text();
        let has_key = written.is_some_and(|written| has_secret_query(&written));
        if route.has_query() && !has_key {
            findings.push(query(base));
        }
        if let Some(place) = fragment {
            let text = base.address.text.get(place.clone()).unwrap_or_default();
            let message = "a fragment (`#…`) stands at the end of this address".to_owned();
            let help = "OpenClaw appends the rest of the path behind it, and no client sends what stands behind a \
                        `#`: every request goes to the bare address. Remove the fragment.";
            // What looks like a path may have been meant as one.
            let is_path = text.contains('/');
            let fix = base.rewritten(place, "", "remove the fragment", true);
            let fix = fix.filter(|_| !is_path);
            findings.push(base.finding(&RULE.info, message, help).with_fix(fix));
        }
        if !doubled.is_empty() {
            let message = "slashes follow each other in the path of this address".to_owned();
            let help = "OpenClaw asks for the path as it stands, and most servers know none with an empty part. \
                        Write one slash.";
            let fix = single_slashes(base, &route, &doubled);
            findings.push(base.finding(&RULE.info, message, help).with_fix(fix));
        }
    }
}

fn query(base: &Base<'_>) -> Finding {
    let target = release::TARGET;
    let message = "a query (`?…`) stands at the end of this address".to_owned();
    if base.is_asked_with(|api| api == DEFAULT_API) {
        let help = format!(
            "Agents of OpenClaw {target} put it behind the path of each request; `openclaw infer model run` does \
             not, and asks for a path that is none. A version or a team may stand in a header instead."
        );
        let mut finding = base.finding(&RULE.info, message, help);
        finding.severity = Severity::Info;
        return finding;
    }
    let help = format!(
        "OpenClaw {target} appends the rest of the path behind it, so the path ends up in the query and every \
         request goes to the bare address. Remove the query; a header can carry what it says."
    );
    base.finding(&RULE.info, message, help)
}

/// The places in a path of slashes behind another one. Behind a colon an address may stand inside the
/// path: `/proxy/https://…`.
fn doubled_slashes(path: &str) -> Vec<usize> {
    let bytes = path.as_bytes();
    let pairs = bytes.windows(2).enumerate();
    let doubled = pairs
        .filter(|(_, pair)| *pair == b"//")
        .map(|(at, _)| at + 1);
    let is_scheme = |at: usize| at.checked_sub(2).and_then(|at| bytes.get(at)) == Some(&b':');
    doubled.filter(|&at| !is_scheme(at)).collect()
}

fn single_slashes(base: &Base<'_>, route: &Route<'_>, doubled: &[usize]) -> Option<Fix> {
    let start = base.written_at()? + route.path_place().start;
    let cut = doubled
        .iter()
        .map(|at| Span::new(start + at, start + at + 1));
    Some(Fix {
        safe: true,
        title: "write one slash".to_owned(),
        edits: cut.map(|span| Edit::replace(span, "")).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::doubled_slashes;

    #[test]
    fn slashes_behind_slashes() {
        for (path, places) in [
            ("", vec![]),
            ("/v1", vec![]),
            ("//v1", vec![1]),
            ("/a///v1", vec![3, 4]),
            ("//a//b", vec![1, 4]),
            ("/proxy/https://h/v1", vec![]),
            ("/proxy/https:///v1", vec![15]),
        ] {
            assert_eq!(doubled_slashes(path), places, "{path}");
        }
    }
}
