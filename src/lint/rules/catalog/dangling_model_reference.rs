#![doc = include_str!("dangling_model_reference.md")]

use super::standing::{Directory, Standing, each_astray, shown, shown_id};
use crate::config::Provider;
use crate::contract::release;
use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::lint::Context;
use crate::lint::references::{Parts, Reference};
use crate::lint::rules::Rule;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "dangling-model-reference",
        group: "catalog",
        severity: Severity::Warning,
        fix: FixKind::None,
        summary: "a model named with a provider that is not there",
        explain: include_str!("dangling_model_reference.md"),
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    each_astray(context, |reference, standing, directory| {
        let told = match standing {
            Standing::Unknown {
                parts,
                slashed,
                owner,
            } => {
                let advice = whose(parts, slashed, owner, reference, directory);
                unknown(reference, parts, &advice)
            }
            Standing::Unprefixed(parts, owner) => unprefixed(reference, parts, owner),
            Standing::Replaced(parts) => replaced(parts),
            Standing::Unconfigured(parts) => unconfigured(parts),
            Standing::Bare(count) => bare(reference, count),
            Standing::Unlisted(..) => return,
        };
        let (severity, message, help) = told;
        let span = reference.node.span();
        let mut finding = Finding::new(&RULE.info, reference.path(), span, message);
        finding.severity = severity;
        findings.push(finding.with_help(help));
    });
}

/// How bad it is, what is wrong, and what to do.
type Told = (Severity, String, String);

/// Which provider may be meant in the place of one that is not there.
fn whose(
    parts: Parts<'_>,
    slashed: Option<&Provider<'_>>,
    owner: Option<&Provider<'_>>,
    reference: &Reference<'_>,
    directory: &mut Directory<'_, '_>,
) -> String {
    if let Some(slashed) = slashed {
        let id = shown_id(&slashed.id);
        return format!(
            "A reference is split at its first slash, so none can name the provider {id}; give it an id without a \
             slash."
        );
    }
    if let Some(owner) = owner {
        return format!("Is {} meant?", prefixed(reference, owner));
    }
    match directory.nearest_provider(parts.provider) {
        Some(near) => {
            let meant = format!("{near}/{}", parts.model);
            format!("Is {} meant?", shown(&meant))
        }
        None => {
            let provider = shown_id(parts.provider);
            format!("Add {provider} to `models.providers`, or name one that is there.")
        }
    }
}

/// The reference with the provider that was forgotten.
fn prefixed(reference: &Reference<'_>, owner: &Provider<'_>) -> String {
    shown(&format!("{}/{}", owner.id.trim(), reference.text.trim()))
}

fn unprefixed(reference: &Reference<'_>, parts: Parts<'_>, owner: &Provider<'_>) -> Told {
    let (provider, model) = (shown_id(parts.provider), shown(reference.text.trim()));
    let message = format!(
        "{model} is a model of {}; without that in front, OpenClaw asks its own provider {provider}",
        shown_id(&owner.id)
    );
    let help = format!(
        "A reference is `<provider>/<model id>`, and an id may have a slash itself. Is {} meant?",
        prefixed(reference, owner)
    );
    (Severity::Warning, message, help)
}

fn unknown(reference: &Reference<'_>, parts: Parts<'_>, advice: &str) -> Told {
    let provider = shown_id(parts.provider);
    let message = format!("no provider {provider} is configured or built in");
    let target = release::TARGET;
    let outcome = if reference.is_setting() {
        format!("OpenClaw {target} takes this setting without a word, and it never applies.")
    } else {
        format!(
            "OpenClaw {target} takes this without a word and fails with `Unknown model` when the model is wanted."
        )
    };
    (Severity::Warning, message, format!("{advice} {outcome}"))
}

fn replaced(parts: Parts<'_>) -> Told {
    let provider = shown_id(parts.provider);
    let message = format!("{provider} is not configured, and `models.mode` is `replace`");
    let help = format!(
        "With `replace` OpenClaw uses the providers written here and none of its own. Add {provider} to \
         `models.providers`, or write `mode: \"merge\"`."
    );
    (Severity::Warning, message, help)
}

fn unconfigured(parts: Parts<'_>) -> Told {
    let provider = shown_id(parts.provider);
    let message = format!("{provider} is built in, but not configured here");
    let help = format!(
        "OpenClaw looks for it at its usual address on this machine. If it is elsewhere, add {provider} with its \
         `baseUrl` to `models.providers`."
    );
    (Severity::Info, message, help)
}

fn bare(reference: &Reference<'_>, count: usize) -> Told {
    let model = shown(&reference.text);
    let why = if count == 0 {
        "no provider lists it"
    } else {
        "several providers list it"
    };
    let message = format!("{model} names no provider, and {why}");
    let help = format!(
        "OpenClaw {} then puts `openai/` in front. Write `<provider>/<model id>`.",
        release::TARGET
    );
    (Severity::Warning, message, help)
}
