#![doc = include_str!("api_v1_base.md")]

use crate::contract::release;
use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::lint::Context;
use crate::lint::base::Base;
use crate::lint::route::{OPENAI, Route, without_ending};
use crate::lint::rules::Rule;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "api-v1-base",
        group: "lmstudio",
        severity: Severity::Warning,
        fix: FixKind::Safe,
        summary: "an LM Studio address that chat requests do not arrive at",
        explain: include_str!("api_v1_base.md"),
    },
    check,
};

/// Where LM Studio takes chat requests.
const INFERENCE: &str = "/v1";

/// LM Studio's own interface (LM Studio page, section 1.1).
const NATIVE: &str = "/api/v1";

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for base in context.bases() {
        let Some(route) = base.route() else { continue };
        let Some(trouble) = Trouble::of(base, &route) else {
            continue;
        };
        if !base.is_lm_studio() || !base.is_asked_with(|api| OPENAI.contains(&api)) {
            continue;
        }
        let (message, fix) = match trouble {
            Trouble::NoPath => {
                let place = route.path_place();
                let fix = base.rewritten(place, INFERENCE, "append `/v1`", true);
                let shown = base.shown_origin();
                (
                    format!("{shown} lacks `/v1`, where LM Studio takes chat requests"),
                    fix,
                )
            }
            Trouble::Native(before) => {
                let kept = without_ending(before, INFERENCE).unwrap_or(before);
                let place = route.path_from(kept.len());
                let fix = base.rewritten(place, INFERENCE, "write `/v1` in its place", true);
                let message = "`/api/v1` is LM Studio's own interface; chat requests go to `/v1`";
                (message.to_owned(), fix)
            }
        };
        let help = format!(
            "OpenClaw {} appends `/chat/completions` or `/responses` to this address as it stands. LM Studio answers \
             such a path with status 200 and an error text: the models are listed, and every turn fails. End the \
             address in `/v1`.",
            release::TARGET
        );
        findings.push(base.finding(&RULE.info, message, help).with_fix(fix));
    }
}

/// What is wrong with a path.
enum Trouble<'p> {
    /// There is none.
    NoPath,
    /// It ends in [`NATIVE`], behind this.
    Native(&'p str),
}

impl<'p> Trouble<'p> {
    fn of(base: &Base<'_>, route: &Route<'p>) -> Option<Trouble<'p>> {
        let path = route.path();
        // A variable that is not set may bring a path along.
        if path.is_empty() && base.address.missing.is_empty() {
            return Some(Trouble::NoPath);
        }
        without_ending(path, NATIVE).map(Trouble::Native)
    }
}
