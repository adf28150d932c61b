#![doc = include_str!("endpoint_as_base.md")]

use crate::contract::release;
use crate::diagnostic::{Finding, Fix, FixKind, RuleInfo, Severity};
use crate::lint::Context;
use crate::lint::base::Base;
use crate::lint::route::{OPENAI, Route, without_ending};
use crate::lint::rules::Rule;
use crate::lint::rules::wording;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "endpoint-as-base",
        group: "catalog",
        severity: Severity::Warning,
        fix: FixKind::Safe,
        summary: "a base URL that is one endpoint, to which the path is appended again",
        explain: include_str!("endpoint_as_base.md"),
    },
    check,
};

/// What the endpoints of a family of protocols end in, longest first, and whether the bare origin is a
/// base for it.
struct Family {
    endpoints: &'static [&'static str],
    takes_origin: bool,
}

const OF_OPENAI: Family = Family {
    endpoints: &[
        "/chat/completions",
        "/completions",
        "/responses",
        "/messages",
        "/models",
        "/embeddings",
    ],
    takes_origin: false,
};

const OF_ANTHROPIC: Family = Family {
    endpoints: &[
        "/v1/messages",
        "/v1/models",
        "/messages",
        "/v1/chat/completions",
    ],
    takes_origin: true,
};

const OF_OLLAMA: Family = Family {
    endpoints: &[
        "/api/chat",
        "/api/generate",
        "/api/tags",
        "/api/embed",
        "/v1/chat/completions",
        "/v1/models",
    ],
    takes_origin: true,
};

impl Family {
    /// The family of all that is asked at an address.
    fn of(base: &Base<'_>) -> Option<&'static Family> {
        if base.is_asked_with(|api| OPENAI.contains(&api)) {
            Some(&OF_OPENAI)
        } else if base.is_asked_with(|api| api == "anthropic-messages") {
            Some(&OF_ANTHROPIC)
        } else {
            base.is_asked_with(|api| api == "ollama")
                .then_some(&OF_OLLAMA)
        }
    }
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for base in context.bases() {
        let Some(route) = base.route().filter(|route| !route.path().is_empty()) else {
            continue;
        };
        let Some((family, endpoint)) = pasted(base, &route) else {
            continue;
        };
        let message = format!(
            "this `baseUrl` ends in {}, the path of one endpoint",
            wording::quote(endpoint)
        );
        let rest = without_ending(route.path(), endpoint).unwrap_or_default();
        let change = if rest.is_empty() && !family.takes_origin {
            "Put the version that the server wants in its place, mostly `/v1`."
        } else {
            "End the address before it."
        };
        let help = format!(
            "OpenClaw {} appends the path of each endpoint itself; behind another one no server knows it. {change}",
            release::TARGET
        );
        let fix = cut(base, &route, family, endpoint);
        findings.push(base.finding(&RULE.info, message, help).with_fix(fix));
    }
}

/// The endpoint that an address ends in.
fn pasted(base: &Base<'_>, route: &Route<'_>) -> Option<(&'static Family, &'static str)> {
    let may_be = |ending: &&str| without_ending(route.path(), ending).is_some();
    let mut all = [&OF_OPENAI, &OF_ANTHROPIC, &OF_OLLAMA].into_iter();
    // Looking at every model costs more than looking at the address.
    if !all.any(|family| family.endpoints.iter().any(&may_be)) {
        return None;
    }
    let family = Family::of(base)?;
    let mut endpoints = family.endpoints.iter().copied();
    let endpoint = endpoints.find(may_be)?;
    Some((family, endpoint))
}

/// Takes the endpoint away. What is left must be a base: where nothing is left, a person knows the
/// version.
fn cut(base: &Base<'_>, route: &Route<'_>, family: &Family, endpoint: &str) -> Option<Fix> {
    let before = without_ending(route.path(), endpoint)?;
    let kept = before.trim_end_matches('/');
    let (kept, text) = if !family.takes_origin && base.is_lm_studio() {
        let kept = without_ending(kept, "/api/v1").unwrap_or(kept);
        let kept = without_ending(kept, "/v1").unwrap_or(kept);
        (kept, "/v1")
    } else {
        (kept, "")
    };
    let is_base = family.takes_origin || !kept.is_empty() || !text.is_empty();
    let title = format!("remove {}", wording::quote(endpoint));
    let place = route.path_from(kept.len());
    let fix = base.rewritten(place.start..route.path_place().end, text, title, true);
    fix.filter(|_| is_base)
}
