#![doc = include_str!("json5_syntax.md")]

use super::{Rule, wording};
use crate::config::looks_like_utf_16;
use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::json5::{Expected, Path, Span, SyntaxError, SyntaxErrorKind as Kind};
use crate::lint::Context;

pub(super) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "json5-syntax",
        group: "syntax",
        severity: Severity::Error,
        fix: FixKind::None,
        summary: "the text is not JSON5",
        explain: include_str!("json5_syntax.md"),
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(error) = context.config.syntax_error() else {
        return;
    };
    let text = context.config.text(0);
    let at = error.offset;
    let width = text
        .get(at..)
        .and_then(|rest| rest.chars().next())
        .map_or(0, char::len_utf8);
    let (message, help) = diagnose(text, error);
    let span = Span::new(at, at + width);
    let outcome = match error.kind {
        Kind::TooDeep | Kind::TooLarge => {
            "Nothing in this file is judged: that is a bound of `clawconf`, not of OpenClaw."
                .to_owned()
        }
        _ => wording::refused(),
    };
    let help = format!("{help} {outcome}");
    findings.push(
        Finding::new(&RULE.info, Path::default(), span, message).with_help(help.trim_start()),
    );
}

/// What most likely happened, and what to do about it.
fn diagnose(text: &str, error: &SyntaxError) -> (String, String) {
    let before = text.get(..error.offset).unwrap_or("");
    let rest = text.get(error.offset..).unwrap_or("");
    let told = culprit(before, rest, error);
    told.map_or_else(
        || (error.to_string(), String::new()),
        |(message, help)| (message.to_owned(), help.to_owned()),
    )
}

/// Most characters that are looked at to recognise a word.
const LONGEST_WORD: usize = 32;

type Told = Option<(&'static str, &'static str)>;

fn culprit(before: &str, rest: &str, error: &SyntaxError) -> Told {
    match error.kind {
        Kind::UnclosedString => Some((
            "this text has no closing quote on its line",
            "Close it with the quote it begins with. A line break inside text needs `\\` before it.",
        )),
        Kind::UnclosedComment => Some(("this comment is never closed", "Put `*/` behind it.")),
        Kind::BadEscape => Some((
            "JSON5 does not know this escape",
            "For a backslash itself (Windows paths) write two: `\\\\`.",
        )),
        Kind::UnexpectedEnd { .. } => Some(at_the_end(before)),
        Kind::Unexpected { found, expected } => {
            marker(before, rest, found).or_else(|| misplaced(before, rest, found, expected))
        }
        Kind::TooDeep | Kind::TooLarge => None,
    }
}

/// Whether `text` holds nothing but white space and comments.
fn is_blank(text: &str) -> bool {
    let mut rest = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
    while rest.starts_with("//") || rest.starts_with("/*") {
        let end = if rest.starts_with("//") { "\n" } else { "*/" };
        rest = rest
            .find(end)
            .and_then(|at| rest.get(at + end.len()..))
            .unwrap_or("");
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
    }
    rest.is_empty()
}

fn at_the_end(before: &str) -> (&'static str, &'static str) {
    if is_blank(before) {
        return ("the file is empty", "The smallest config is `{}`.");
    }
    (
        "the file ends before it is complete",
        "A closing `}` or `]` is missing, or the file was cut off while it was written.",
    )
}

/// Things that tools and editors put into configs, recognised by their looks wherever they stand.
fn marker(before: &str, rest: &str, found: char) -> Told {
    let around_is = |marker: &str| {
        let mut starts = marker.char_indices().map(|(at, _)| at);
        starts.any(|at| {
            let (left, right) = marker.split_at(at);
            before.ends_with(left) && rest.starts_with(right)
        })
    };
    if around_is("{{") || around_is("{%") || around_is("<%") || around_is("<no value>") {
        return Some((
            "a template was left unrendered here",
            "Lint the rendered file: OpenClaw gets this text as it stands.",
        ));
    }
    if around_is("...") || found == '…' {
        return Some((
            "three dots stand for something that was left out",
            "Write it out, or leave the key away; JSON5 has no way to say \"and so on\".",
        ));
    }
    if around_is("<<<<<<<") || around_is("=======") || around_is(">>>>>>>") {
        return Some((
            "a merge conflict was left in the file",
            "Choose one side and remove the `<<<<<<<`, `=======` and `>>>>>>>` lines.",
        ));
    }
    if around_is("```") {
        return Some((
            "a Markdown code fence was copied along",
            "Remove the lines with three back-quotes.",
        ));
    }
    let beginning: String = before.chars().chain(rest.chars()).take(64).collect();
    if looks_like_utf_16(&beginning) {
        return Some((
            "the file is UTF-16",
            "Save it as UTF-8, as OpenClaw reads it; some Windows editors call UTF-16 \"Unicode\".",
        ));
    }
    if before.starts_with('\u{FFFD}') || (before.is_empty() && found == '\u{FFFD}') {
        return Some((
            "the file is not UTF-8 text",
            "Save it as UTF-8, as OpenClaw reads it.",
        ));
    }
    match found {
        '#' => Some((
            "`#` does not begin a comment in JSON5",
            "Write `//` for a comment, or `/* … */`.",
        )),
        '“' | '”' | '„' | '‟' | '‘' | '’' | '‚' | '«' | '»' | '`' | '´' => Some((
            "typographic or back quotes do not quote in JSON5",
            "Replace them by straight quotes, `\"` or `'`; a word processor or chat may have changed them.",
        )),
        '\0' => Some((
            "the file holds binary data",
            "OpenClaw reads its config as UTF-8 text; is it another file?",
        )),
        _ => None,
    }
}

/// Characters that are fine elsewhere.
fn misplaced(before: &str, rest: &str, found: char, expected: Expected) -> Told {
    if expected == Expected::Value && is_blank(before) && found != '$' {
        return Some((
            "a config begins with `{`",
            "This looks like another kind of text: YAML, TOML, a script or a web page?",
        ));
    }
    if let Some(told) = run_on(before, found, expected) {
        return Some(told);
    }
    match expected {
        Expected::Value => value(rest, found, false),
        Expected::ItemOrListEnd => value(rest, found, true),
        Expected::Word => {
            let begun = before.trim_end_matches(char::is_alphanumeric).len();
            let begun = before.get(begun..).unwrap_or("");
            let whole: String = begun
                .chars()
                .chain(rest.chars())
                .take(LONGEST_WORD)
                .collect();
            value(&whole, whole.chars().next().unwrap_or(found), false)
        }
        Expected::Comment => Some((
            "a single `/` means nothing in JSON5",
            "Text, a path say, needs quotes; a comment begins with `//` or `/*`.",
        )),
        Expected::CommaOrObjectEnd | Expected::CommaOrListEnd => instead_of_comma(before, found),
        Expected::Colon => Some(instead_of_colon(found)),
        Expected::KeyOrObjectEnd => instead_of_key(found),
        Expected::End => Some((
            "something follows after the end of the config",
            "A file holds one value; is there a bracket too many before this, or a second document?",
        )),
        _ => None,
    }
}

/// Something that was written on to a number or text that ended before it.
fn run_on(before: &str, found: char, expected: Expected) -> Told {
    let is_digit = |c: char| c.is_ascii_digit();
    let digit_before = before.ends_with(|c: char| c.is_ascii_hexdigit());
    let wants_comma = matches!(
        expected,
        Expected::CommaOrObjectEnd | Expected::CommaOrListEnd
    );
    if found == '_' && digit_before && wants_comma {
        return Some((
            "digit separators are not JSON5",
            "Write the number without them, for example `262144`.",
        ));
    }
    let left = before.trim_end();
    let after_comma = expected == Expected::KeyOrObjectEnd
        && left
            .strip_suffix(',')
            .is_some_and(|left| left.ends_with(is_digit));
    let after_blank = wants_comma
        && left.len() < before.len()
        && left.ends_with(is_digit)
        && !before.ends_with('\n');
    if found.is_ascii_digit() && (after_comma || after_blank) {
        return Some((
            "thousands separators are not JSON5",
            "Write the number without them, for example `32768`.",
        ));
    }
    if found.is_ascii_digit() && wants_comma && before.ends_with('0') {
        return Some((
            "a number cannot begin with 0",
            "Write it without the zero; JSON5 has no octal numbers.",
        ));
    }
    if found.is_alphabetic() && wants_comma && before.ends_with(is_digit) {
        return Some((
            "a number has digits only",
            "Write it out, `32000` for 32k; text needs quotes.",
        ));
    }
    if found.is_alphanumeric() && wants_comma && before.ends_with(['"', '\'']) {
        return Some((
            "this does not belong to the text before it",
            "Write a quote inside text as `\\\"`; or a comma is missing.",
        ));
    }
    None
}

/// Something behind a value that is neither a comma nor the bracket.
fn instead_of_comma(before: &str, found: char) -> Told {
    Some(match found {
        '"' | '\'' | '{' | '[' => (
            "a comma is missing before this",
            "Put `,` behind the value before it.",
        ),
        '}' | ']' => (
            "this bracket does not match the one that is open",
            "Each `{` needs its `}`, each `[` its `]`, in reverse order.",
        ),
        ':' => (
            "a `:` cannot stand here",
            "Either a comma is missing before, or a quote was closed too early.",
        ),
        ';' => ("JSON5 separates with commas", "Write `,` instead of `;`."),
        c if c.is_alphabetic() || c == '$' || c == '_' => {
            if before.ends_with(|c: char| c.is_whitespace()) {
                (
                    "a comma is missing before this",
                    "Put `,` behind the value before it.",
                )
            } else {
                (
                    "this does not belong to the value before it",
                    "Text needs quotes; a number has digits only.",
                )
            }
        }
        _ => return None,
    })
}

/// Something behind a key that is no colon.
fn instead_of_colon(found: char) -> (&'static str, &'static str) {
    match found {
        '=' => (
            "JSON5 uses `:` between key and value",
            "Write `:` instead of `=`.",
        ),
        '-' | '.' | '/' => (
            "a key with this character needs quotes",
            "Put the whole key into quotes, for example `\"my-box\"`.",
        ),
        _ => (
            "a `:` is missing behind this key",
            "Write `key: value`; a key with blanks or dashes needs quotes.",
        ),
    }
}

/// Something that cannot begin a key.
fn instead_of_key(found: char) -> Told {
    Some(match found {
        ',' => (
            "one comma too many",
            "Only one comma may stand between or behind entries.",
        ),
        '-' | '0'..='9' => (
            "this key needs quotes",
            "A key without quotes begins with a letter, `_` or `$`.",
        ),
        _ => return None,
    })
}

/// Something that cannot begin a value; `listed` inside a list.
fn value(rest: &str, found: char, listed: bool) -> Told {
    let word: &str = rest
        .split(|c: char| !c.is_alphanumeric())
        .next()
        .unwrap_or("");
    Some(match (found, word) {
        ('$', _) => (
            "a variable cannot stand for a value without quotes",
            "Write `\"${NAME}\"`: OpenClaw substitutes inside text only.",
        ),
        (_, "True" | "False" | "None" | "undefined" | "Null" | "TRUE" | "FALSE" | "nil") => (
            "this word is no JSON5 value",
            "Write `true`, `false` or `null` in lower case, or leave the key away.",
        ),
        (',', _) => (
            "a value is missing here",
            "Two commas in a row, or a key without its value.",
        ),
        ('}', _) if listed => (
            "this bracket does not match the one that is open",
            "A list is still open here: write `]` before it.",
        ),
        ('}' | ']', _) => (
            "a value is missing before this bracket",
            "Give the key its value, or remove it.",
        ),
        ('<' | '%', _) => (
            "a placeholder was left here",
            "Put the value itself there, text in quotes.",
        ),
        (_, "process") => (
            "JSON5 is no script",
            "Write `\"${NAME}\"` for a variable of the environment.",
        ),
        (c, _) if c.is_alphabetic() => ("text needs quotes", "Put the value into quotes: `\"…\"`."),
        _ => return None,
    })
}
