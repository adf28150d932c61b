//! The verification as JUnit: a suite for each server and each model, a case a check.
//!
//! A check that failed is a failure. One that may surprise has passed, and tells so in its output, as
//! pipelines have no level between.

use std::io::{self, Write};

use quick_junit::{NonSuccessKind, Report as Junit, TestCase, TestCaseStatus, TestSuite};

use super::{line, place};
use crate::verification::{Outcome, Report, Status};

/// Writes one XML document.
///
/// # Errors
/// Those of `out`.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut junit = Junit::new("clawconf verify");
    for provider in &report.providers {
        let server = format!("{} {}", line(&provider.config), line(&provider.id));
        junit.add_test_suite(suite(&server, &provider.outcomes, None));
        for model in &provider.models {
            let name = format!("{server}/{}", line(&model.id));
            junit.add_test_suite(suite(&name, &model.outcomes, model.left_out));
        }
    }
    // Written at once, so that an error of `out` stays what it is.
    let text = junit.to_string().map_err(io::Error::other)?;
    out.write_all(text.as_bytes())
}

fn suite(name: &str, outcomes: &[Outcome], left_out: Option<&str>) -> TestSuite {
    let mut suite = TestSuite::new(name);
    for outcome in outcomes {
        suite.add_test_case(case(name, outcome));
    }
    if let Some(why) = left_out {
        let mut status = TestCaseStatus::skipped();
        status.set_message(why);
        let mut case = TestCase::new("verification", status);
        case.set_classname(name);
        suite.add_test_case(case);
    }
    suite
}

fn case(suite: &str, outcome: &Outcome) -> TestCase {
    let message = line(&outcome.message);
    let parts = [
        Some(message.clone()),
        outcome.place.as_ref().map(place),
        outcome.help.as_deref().map(line),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    let whole = parts.join("\n");
    let mut status = match outcome.status {
        Status::Fail => TestCaseStatus::non_success(NonSuccessKind::Failure),
        Status::Skipped => TestCaseStatus::skipped(),
        Status::Pass | Status::Warn => TestCaseStatus::success(),
    };
    if matches!(outcome.status, Status::Fail | Status::Skipped) {
        status.set_message(message);
    }
    if outcome.status == Status::Fail {
        status.set_type("fail").set_description(whole.clone());
    }
    let mut case = TestCase::new(outcome.check.code(), status);
    case.set_classname(suite);
    if let Some(took) = outcome.took {
        case.set_time(took);
    }
    if outcome.status == Status::Warn {
        case.set_system_out(format!("warning: {whole}"));
    }
    if let Some(place) = &outcome.place {
        case.extra.insert("file".into(), line(&place.file).into());
        case.extra
            .insert("line".into(), place.line.to_string().into());
    }
    case
}
