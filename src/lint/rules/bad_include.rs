#![doc = include_str!("bad_include.md")]

use super::{Rule, wording};
use crate::config::{
    IncludeError, IncludeProblem, MAX_INCLUDE_BYTES, MAX_INCLUDE_DEPTH, MAX_INCLUDED_BYTES,
    MAX_INCLUDES, ReadError,
};
use crate::contract::masking::looks_like_token;
use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::json5::MAX_DEPTH;
use crate::lint::Context;

pub(super) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "bad-include",
        group: "contract",
        severity: Severity::Error,
        fix: FixKind::None,
        summary: "an `$include` that OpenClaw refuses",
        explain: include_str!("bad_include.md"),
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for error in &context.config.include_errors {
        let (message, help) = describe(error);
        findings.push(
            Finding::new(&RULE.info, error.path.clone(), error.span, message).with_help(help),
        );
    }
}

fn describe(error: &IncludeError) -> (String, String) {
    // A key may have been put where a path belongs.
    let named = error
        .target
        .as_deref()
        .filter(|target| !looks_like_token(target));
    let target = wording::quote(named.unwrap_or("$include"));
    let (message, help) = match &error.problem {
        IncludeProblem::NotText => (
            "`$include` takes a path, or a list of paths".to_owned(),
            "Write `$include: \"./models.json5\"`.".to_owned(),
        ),
        IncludeProblem::SiblingsOfNonObject => (
            "keys stand beside an `$include` whose content is not an object".to_owned(),
            "Only objects can be merged. Remove the keys beside it, or let the file hold an object.".to_owned(),
        ),
        IncludeProblem::Escapes => (
            format!("{target} lies outside the folder of the config"),
            "Move the file below that folder, or allow its folder in `OPENCLAW_INCLUDE_ROOTS`.".to_owned(),
        ),
        IncludeProblem::EscapesByLink => (
            format!("{target} is a link to a place outside the folder of the config"),
            "Copy the file below that folder, or allow its real folder in `OPENCLAW_INCLUDE_ROOTS`.".to_owned(),
        ),
        IncludeProblem::Cycle(chain) => (
            format!("{target} includes itself"),
            format!("The circle is {}.", chain.join(" → ")),
        ),
        IncludeProblem::TooDeep => (
            format!("{target} is nested too deeply"),
            format!("Files may include each other {MAX_INCLUDE_DEPTH} deep."),
        ),
        IncludeProblem::TooNested => (
            "the included files nest too deeply".to_owned(),
            format!("Taken together, {MAX_DEPTH} levels of nesting are read."),
        ),
        IncludeProblem::TooMany => (
            format!("{target} is one inclusion too many"),
            format!(
                "At most {MAX_INCLUDES} inclusions are followed, and {} MiB in all.",
                MAX_INCLUDED_BYTES / (1024 * 1024)
            ),
        ),
        IncludeProblem::Read(why) => read_error(&target, why),
        IncludeProblem::Syntax { file, position, error } => (
            format!("{target} is not JSON5"),
            format!("{file}:{}:{}: {error}.", position.line, position.column),
        ),
    };
    let is_own_bound = matches!(
        error.problem,
        IncludeProblem::TooNested | IncludeProblem::TooMany
    );
    let outcome = if is_own_bound {
        "That is a bound of `clawconf`, not of OpenClaw.".to_owned()
    } else {
        wording::refused()
    };
    (message, format!("{help} {outcome}"))
}

fn read_error(target: &str, why: &ReadError) -> (String, String) {
    match why {
        ReadError::Missing => (
            format!("{target} does not exist"),
            "A relative path starts at the folder of the file it is written in.".to_owned(),
        ),
        ReadError::NotAFile if target == "``" => (
            "the path to include is empty".to_owned(),
            "Name a file below the folder of the config.".to_owned(),
        ),
        ReadError::NotAFile => (
            format!("{target} is not a regular file"),
            "Name a file, not a folder or a device.".to_owned(),
        ),
        ReadError::TooLarge => (
            format!("{target} is too large"),
            format!("An included file may have {MAX_INCLUDE_BYTES} bytes."),
        ),
        ReadError::HardLinked => (
            format!("{target} has a second hard link"),
            "OpenClaw refuses such files, since another name could change them: copy it."
                .to_owned(),
        ),
        ReadError::Failed(reason) => (
            format!("{target} cannot be read"),
            format!("The system says: {reason}."),
        ),
    }
}
