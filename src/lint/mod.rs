//! Runs the rules over a loaded config.
//!
//! A rule is one file in [`rules`]: what it looks for, its explanation and its fix. This module
//! hands each the same [`Context`], sorts what they find and says in which file it stands.

mod base;
mod catalog;
mod context;
mod credential;
mod fences;
mod fix;
pub mod page;
mod references;
mod route;
pub mod rules;
mod selection;
mod strings;
mod suggest;
mod suppression;

pub use context::{Context, Environment, Facts};
pub use fix::{Applied, fix_files};
pub use selection::Selection;

use std::collections::BTreeSet;

use rayon::prelude::*;

use crate::config::Config;
use crate::contract::masking::{MASK, looks_like_token};
use crate::diagnostic::Finding;
use crate::json5::{Edit, Kind, Node, Path, Segment, Span};

/// Whether a file met in a folder is a config with model providers: it holds `models.providers`,
/// or providers in a wrong place. A file that cannot be read whole counts by its words, or when it is
/// called `openclaw.json`.
#[must_use]
pub fn is_config(config: &Config) -> bool {
    let path = config.files.first().map(|file| file.path.as_path());
    let stem = path.and_then(std::path::Path::file_stem);
    let text = config.text(0);
    let may_be = stem.is_some_and(|stem| stem == "openclaw") || speaks_of_providers(text);
    let Some(tree) = config.tree().filter(|_| config.include_errors.is_empty()) else {
        return may_be;
    };
    let root = tree.root();
    let has_providers = |parent: Node<'_>| {
        let values = parent.entries().map(|entry| entry.value);
        values.into_iter().any(rules::looks_like_provider)
    };
    let models = root
        .get("models")
        .filter(|models| models.kind() == Kind::Object);
    let providers = models.and_then(|models| models.get("providers"));
    providers.is_some_and(|providers| providers.kind() == Kind::Object)
        || models.is_some_and(has_providers)
        || root.get("providers").is_some_and(has_providers)
}

/// Whether a text that cannot be read may be a config with model providers, going by its words; also
/// when it is UTF-16, read as UTF-8.
#[must_use]
pub fn speaks_of_providers(text: &str) -> bool {
    let has_both = |text: &str| text.contains("models") && text.contains("providers");
    has_both(text) || (text.contains('\0') && has_both(&text.replace('\0', "")))
}

/// All findings of a config, ordered by file and place, when nothing else is known.
#[must_use]
pub fn lint(config: &Config, selection: &Selection) -> Vec<Finding> {
    lint_knowing(config, selection, &Facts::default())
}

/// The host names of a config whose addresses decide whether requests are let through. What is
/// refused before anybody is asked is not among them.
#[must_use]
pub fn wanted_names(config: &Config) -> BTreeSet<String> {
    let bases = base::Base::all(config, None);
    let names = bases.iter().filter_map(base::Base::wanted_name);
    names.map(str::to_owned).collect()
}

/// All findings of a config, ordered by file and place.
#[must_use]
pub fn lint_knowing(config: &Config, selection: &Selection, facts: &Facts) -> Vec<Finding> {
    let context = Context::new(config, selection, facts);
    let mut findings = Vec::new();
    let (on_configs, on_comments) = rules::all();
    run(on_configs, &context, &mut findings);
    suppression::apply(config, context.suppressions(), &mut findings);
    run(on_comments, &context, &mut findings);
    for finding in &mut findings {
        localise(config, finding);
        let severity = selection.severity(finding.rule);
        finding.severity = severity.unwrap_or(finding.severity);
    }
    findings.sort_by(|a, b| {
        let place = |finding: &Finding| (finding.file, finding.span, finding.rule.id);
        place(a).cmp(&place(b)).then_with(|| a.path.cmp(&b.path))
    });
    // What is included twice is found twice, at one place.
    findings.dedup_by(|a, b| {
        let what = |finding: &Finding| (finding.file, finding.span, finding.rule.id);
        what(a) == what(b) && a.message == b.message
    });
    findings
}

/// A config of fewer bytes is linted before threads would have started.
const LARGE: usize = 1 << 20;

/// The groups that need neither addresses nor models read.
const FORM: [&str; 3] = ["syntax", "contract", "suppress"];

/// Runs those of `rules` that look at this config.
fn run(rules: &[&rules::Rule], context: &Context<'_>, findings: &mut Vec<Finding>) {
    let rules = rules.iter().filter(|rule| context.runs(&rule.info));
    if context.tree().is_none_or(|tree| tree.text().len() < LARGE) {
        for rule in rules {
            (rule.check)(context, findings);
        }
        return;
    }
    let rules: Vec<_> = rules.collect();
    if rules.iter().any(|rule| !FORM.contains(&rule.info.group)) {
        // Many rules need these: they are made once, before any waits for another.
        let others = || rayon::join(|| context.catalog(), || context.credentials());
        rayon::join(|| context.addresses(), others);
    }
    let found = rules.par_iter().map(|rule| {
        let mut found = Vec::new();
        (rule.check)(context, &mut found);
        found
    });
    findings.extend(found.collect::<Vec<_>>().into_iter().flatten());
}

/// Longest part of a path that is told whole, in characters.
const LONGEST_SEGMENT: usize = 200;

/// A secret may have been put where a key belongs. Keys that look like one are not told; those of
/// providers are people's own words and stay, unless they are endless.
fn conceal_secret_keys(path: &mut Path) {
    let in_agents = path.0.first() == Some(&Segment::from("agents"));
    for (depth, segment) in path.0.iter_mut().enumerate() {
        let Segment::Key(key) = segment else { continue };
        // Below `agents` keys are references, and many models have a colon in their id.
        let odd = (!in_agents && key.contains([' ', ':', '\n'])) || looks_like_token(key);
        if odd && depth != PROVIDER_DEPTH {
            *key = MASK.to_string();
        } else if key.chars().count() > LONGEST_SEGMENT {
            *key = key.chars().take(LONGEST_SEGMENT).chain(['…']).collect();
        }
    }
}

/// Where the id stands in `models.providers.<id>`.
const PROVIDER_DEPTH: usize = 2;

/// Turns spans of the row of all texts into spans of the one file the finding stands in. Labels
/// and edits in another file are dropped; a fix that loses an edit is dropped whole.
fn localise(config: &Config, finding: &mut Finding) {
    let (file, span) = config.locate(finding.span);
    let start = config
        .files
        .get(file)
        .map_or(0, |source| source.range.start);
    let inside = |span: Span| config.locate(span).0 == file;
    finding.file = file;
    conceal_secret_keys(&mut finding.path);
    finding.span = span;
    finding.labels.retain(|label| inside(label.span));
    for label in &mut finding.labels {
        label.span = Span::new(label.span.start - start, label.span.end - start);
    }
    if let Some(fix) = &mut finding.fix {
        if !fix.edits.iter().all(|edit| inside(edit.span)) {
            finding.fix = None;
            return;
        }
        for edit in &mut fix.edits {
            let span = Span::new(edit.span.start - start, edit.span.end - start);
            *edit = Edit::replace(span, std::mem::take(&mut edit.text));
        }
    }
}
