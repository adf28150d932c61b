//! Applies fixes until nothing changes.

use std::collections::BTreeMap;

use crate::diagnostic::{Finding, Fix, Severity};
use crate::json5::{Edit, apply};

/// Rounds of fixing and linting again. Fixes never make new findings that are fixable, so two
/// rounds are the rule; more are needed only where fixes overlap.
const MAX_ROUNDS: usize = 10;

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
/// so on. A round after which a file can no longer be read, or more is wrong than before, is taken
/// back.
pub fn fix_files(
    mut texts: Vec<String>,
    mut findings: Vec<Finding>,
    with_unsafe: bool,
    mut lint_again: impl FnMut(&[String]) -> Option<Vec<Finding>>,
) -> Applied {
    let mut count = 0;
    let original = texts.clone();
    for _ in 0..MAX_ROUNDS {
        let mut next = texts.clone();
        let mut round = 0;
        for (file, text) in next.iter_mut().enumerate() {
            let in_file = findings.iter().filter(|finding| finding.file == file);
            let fixes = in_file.filter_map(|finding| finding.fix.as_ref());
            let chosen = compatible(fixes.filter(|fix| fix.safe || with_unsafe));
            let edits: Vec<Edit> = chosen.iter().flat_map(|fix| fix.edits.clone()).collect();
            if let Ok(fixed) = apply(text, &edits)
                && fixed != *text
            {
                round += chosen.len();
                *text = fixed;
            }
        }
        if round == 0 {
            break;
        }
        let left = lint_again(&next).filter(|left| wrong(left) <= wrong(&findings));
        let Some(left) = left else { break };
        count += round;
        findings = left;
        texts = next;
    }
    let pairs = texts.into_iter().zip(original).enumerate();
    let changed = pairs.filter(|(_, (text, original))| text != original);
    Applied {
        changed: changed.map(|(file, (text, _))| (file, text)).collect(),
        count,
        findings,
    }
}

/// How much is wrong; what is only worth knowing does not count.
fn wrong(findings: &[Finding]) -> usize {
    let wrong = findings
        .iter()
        .filter(|finding| finding.severity > Severity::Info);
    wrong.count()
}

/// The fixes that do not touch each other's places: of two that do, the earlier one.
fn compatible<'f>(fixes: impl Iterator<Item = &'f Fix>) -> Vec<&'f Fix> {
    let mut taken: BTreeMap<usize, usize> = BTreeMap::new();
    let mut chosen = Vec::new();
    for fix in fixes {
        let touches = |edit: &Edit| {
            let before = taken.range(..=edit.span.end).next_back();
            before.is_some_and(|(_, &end)| end >= edit.span.start)
        };
        if !fix.edits.iter().any(touches) {
            let spans = fix
                .edits
                .iter()
                .map(|edit| (edit.span.start, edit.span.end));
            taken.extend(spans);
            chosen.push(fix);
        }
    }
    chosen
}
