//! The JUnit report, as GitLab and Jenkins read it: a suite a config, a case a finding.
//!
//! What is at or above the level that fails the run is a failure. What is below is a skipped case:
//! it is listed with its message, and the pipeline stays green. A clean config is one case that
//! passed. Times and numbers of the machine are left out: the same findings give the same bytes.

use std::collections::HashMap;
use std::io::{self, Write};

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::{Folder, Linted, Places, offer, visible};
use crate::diagnostic::{Finding, Severity};

/// Writes one XML document. `fails_at` is the least severity that fails the run, if any does.
///
/// # Errors
/// Those of `out`.
pub fn write(
    linted: &[Linted],
    folder: &Folder,
    fails_at: Option<Severity>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut report = Report::new("clawconf lint");
    let mut names = Names::default();
    for config in linted {
        let file = visible(&folder.name(config.name()));
        let mut suite = TestSuite::new(file.as_str());
        config.each(|finding, places| {
            suite.add_test_case(case(finding, places, folder, fails_at, &mut names));
        });
        if config.findings.is_empty() {
            let mut clean = TestCase::new("nothing to report", TestCaseStatus::success());
            clean.set_classname(file.as_str());
            clean.extra.insert("file".into(), file.as_str().into());
            suite.add_test_case(clean);
        }
        report.add_test_suite(suite);
    }
    // Written at once, so that an error of `out` stays what it is.
    let text = report.to_string().map_err(io::Error::other)?;
    out.write_all(text.as_bytes())
}

/// The names that were given, by file: of two cases with one name only the first is shown.
#[derive(Default)]
struct Names(HashMap<(String, String), usize>);

impl Names {
    fn unique(&mut self, file: &str, name: String) -> String {
        let count = self.0.entry((file.to_owned(), name.clone())).or_default();
        *count += 1;
        match *count {
            1 => name,
            nth => format!("{name} ({nth})"),
        }
    }
}

fn case(
    finding: &Finding,
    places: &Places<'_>,
    folder: &Folder,
    fails_at: Option<Severity>,
    names: &mut Names,
) -> TestCase {
    let file = visible(&folder.name(&places.source.name));
    let name = format!("{} {}", finding.rule.id, finding.path);
    let name = names.unique(&file, visible(name.trim_end()));
    let mut status = if fails_at.is_some_and(|least| finding.severity >= least) {
        TestCaseStatus::non_success(NonSuccessKind::Failure)
    } else {
        TestCaseStatus::skipped()
    };
    let start = places.position(finding.span.start);
    let place = format!("{file}:{}:{}", start.line, start.column);
    let message = visible(&finding.message);
    let help = finding.help.as_deref().map(visible);
    let offer = offer(finding).as_deref().map(visible);
    let first = format!("{}: {message}", finding.severity.name());
    let parts = [Some(place), Some(first.clone()), help, offer];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    status
        .set_message(first)
        .set_type(finding.severity.name())
        .set_description(parts.join("\n"));
    let mut case = TestCase::new(name, status);
    case.set_classname(file.as_str());
    case.extra.insert("file".into(), file.into());
    case.extra
        .insert("line".into(), start.line.to_string().into());
    case
}
