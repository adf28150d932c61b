//! Applies fixes until nothing changes.

use std::collections::BTreeMap;

use crate::diagnostic::{Finding, Fix, Severity};
use crate::json5::{Edit, apply};

/// Rounds of fixing and linting again. Two are the rule; more are needed only where fixes overlap.
const MAX_ROUNDS: usize = 10;

/// Most texts that are linted to find the fixes of one config that do harm.
const MAX_ATTEMPTS: usize = 200;

/// The outcome of fixing one config.
#[derive(Debug)]
pub struct Applied {
    /// The texts afterwards, by file, for those that changed.
    pub changed: Vec<(usize, String)>,
    /// How many fixes went in.
    pub count: usize,
    /// What is left.
    pub findings: Vec<Finding>,
}

/// Fixes what `findings` offer in `texts` (by file), then asks `lint_again` with the new texts, and
/// so on. A fix after which a file can no longer be read, or more is wrong than before, is left out.
pub fn fix_files(
    texts: Vec<String>,
    findings: Vec<Finding>,
    with_unsafe: bool,
    lint_again: impl FnMut(&[String]) -> Option<Vec<Finding>>,
) -> Applied {
    let original = texts.clone();
    let mut state = State { texts, findings };
    let mut fixer = Fixer {
        lint_again,
        attempts: 0,
    };
    let mut count = 0;
    for _ in 0..MAX_ROUNDS {
        let chosen = state.compatible(with_unsafe);
        let Some((next, applied)) = fixer.best(&state, &chosen) else {
            break;
        };
        count += applied;
        state = next;
    }
    let pairs = state.texts.into_iter().zip(original).enumerate();
    let changed = pairs.filter(|(_, (text, original))| text != original);
    Applied {
        changed: changed.map(|(file, (text, _))| (file, text)).collect(),
        count,
        findings: state.findings,
    }
}

/// Texts and what is found in them.
struct State {
    texts: Vec<String>,
    findings: Vec<Finding>,
}

/// A fix and the file it is for.
type Chosen = (usize, Fix);

impl State {
    /// The fixes that do not touch each other's places: of two that do, the earlier one.
    fn compatible(&self, with_unsafe: bool) -> Vec<Chosen> {
        let mut taken: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        let mut chosen = Vec::new();
        for finding in &self.findings {
            let wanted = |fix: &&Fix| fix.safe || with_unsafe;
            let Some(fix) = finding.fix.as_ref().filter(wanted) else {
                continue;
            };
            let file = finding.file;
            let touches = |edit: &Edit| {
                let before = taken.range((file, 0)..=(file, edit.span.end)).next_back();
                before.is_some_and(|(_, &end)| end >= edit.span.start)
            };
            if !fix.edits.iter().any(touches) {
                let spans = fix.edits.iter().map(|edit| edit.span);
                taken.extend(spans.map(|span| ((file, span.start), span.end)));
                chosen.push((file, fix.clone()));
            }
        }
        chosen
    }

    /// The texts after these fixes; none when they change nothing.
    fn fixed(&self, fixes: &[Chosen]) -> Option<Vec<String>> {
        let mut texts = self.texts.clone();
        for (file, text) in texts.iter_mut().enumerate() {
            let of_file = fixes.iter().filter(|(of, _)| *of == file);
            let edits: Vec<Edit> = of_file.flat_map(|(_, fix)| fix.edits.clone()).collect();
            *text = apply(text, &edits).ok()?;
        }
        (texts != self.texts).then_some(texts)
    }
}

/// Tries fixes out.
struct Fixer<L> {
    lint_again: L,
    attempts: usize,
}

impl<L: FnMut(&[String]) -> Option<Vec<Finding>>> Fixer<L> {
    /// The state after as many of `fixes` as do no harm, and how many they are.
    fn best(&mut self, state: &State, fixes: &[Chosen]) -> Option<(State, usize)> {
        if let Some(next) = self.attempt(state, fixes) {
            return Some((next, fixes.len()));
        }
        let good = self.harmless(state, fixes);
        let next = self.attempt(state, &good)?;
        Some((next, good.len()))
    }

    /// Those of `fixes` that do no harm.
    fn harmless(&mut self, state: &State, fixes: &[Chosen]) -> Vec<Chosen> {
        if self.attempt(state, fixes).is_some() {
            return fixes.to_vec();
        }
        if fixes.len() < 2 || self.attempts >= MAX_ATTEMPTS {
            return Vec::new();
        }
        let (left, right) = fixes.split_at(fixes.len() / 2);
        let mut good = self.harmless(state, left);
        good.extend(self.harmless(state, right));
        good
    }

    fn attempt(&mut self, state: &State, fixes: &[Chosen]) -> Option<State> {
        let texts = state.fixed(fixes)?;
        self.attempts += 1;
        let findings = (self.lint_again)(&texts)?;
        let (errors, all) = wrong(&findings);
        let (errors_before, all_before) = wrong(&state.findings);
        let harmless = errors < errors_before || (errors == errors_before && all <= all_before);
        harmless.then_some(State { texts, findings })
    }
}

/// How many errors there are, and how many errors and warnings. A fix that lets a key be read may
/// uncover warnings behind it. What is only worth knowing does not count.
fn wrong(findings: &[Finding]) -> (usize, usize) {
    let above = |least| {
        let those = findings.iter().filter(|found| found.severity > least);
        those.count()
    };
    (above(Severity::Warning), above(Severity::Info))
}
