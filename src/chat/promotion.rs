//! Tool calls that a model writes as text, since its template does not know better: they count as calls
//! when the whole answer is made of them (section 4.6 of the LM Studio facts, OpenClaw 2026.5.18).

use serde_json::{Map, Value};

/// Longest JSON of a call, in characters; longer text is left as text.
const LONGEST: usize = 256_000;

/// What ends a call in brackets, beside `[/name]`.
const END: &str = "[END_TOOL_REQUEST]";

/// A call that was written as text.
#[derive(Debug, Clone, PartialEq)]
pub struct WrittenCall {
    /// The tool.
    pub name: String,
    /// Its arguments.
    pub arguments: Map<String, Value>,
}

/// The calls in an answer that consists of nothing else; none when there is other text, or a tool that
/// is not among `tools`.
///
/// ```
/// use clawconf::chat::written_calls;
///
/// let text = "[add]\n{\"a\": 1}\n[/add]";
/// assert_eq!(written_calls(text, &["add"])[0].arguments["a"], 1);
/// assert!(written_calls("Sure: [add]\n{}\n[/add]", &["add"]).is_empty());
/// ```
#[must_use]
pub fn written_calls(text: &str, tools: &[&str]) -> Vec<WrittenCall> {
    let mut rest = text.trim_start();
    let mut calls = Vec::new();
    while !rest.is_empty() {
        let Some((call, behind)) = call(rest, tools) else {
            return Vec::new();
        };
        calls.push(call);
        rest = behind.trim_start();
    }
    calls
}

/// The call that a text begins with, and what follows it.
fn call<'t>(text: &'t str, tools: &[&str]) -> Option<(WrittenCall, &'t str)> {
    let (name, is_bracketed, rest) = match bracketed(text) {
        Some((name, rest)) => (name, true, rest),
        None => harmony(text).map(|(name, rest)| (name, false, rest))?,
    };
    if !tools.contains(&name) {
        return None;
    }
    let (arguments, rest) = object(rest.trim_start())?;
    let ending = rest.trim_start();
    let rest = if is_bracketed {
        let own = || {
            ending
                .strip_prefix("[/")?
                .strip_prefix(name)?
                .strip_prefix(']')
        };
        ending.strip_prefix(END).or_else(own)?
    } else {
        ending.strip_prefix("<|call|>").unwrap_or(rest)
    };
    let name = name.to_owned();
    Some((WrittenCall { name, arguments }, rest))
}

/// `[name]` at the end of a line.
fn bracketed(text: &str) -> Option<(&str, &str)> {
    let (name, rest) = tool_name(text.strip_prefix('[')?)?;
    let rest = rest.strip_prefix(']')?.trim_start_matches([' ', '\t']);
    let broken = rest
        .strip_prefix("\r\n")
        .or_else(|| rest.strip_prefix(['\r', '\n']));
    Some((name, broken?))
}

/// `commentary to=name code`, as the harmony format of gpt-oss writes it.
fn harmony(text: &str) -> Option<(&str, &str)> {
    const BLANKS: [char; 2] = [' ', '\t'];
    let text = text.strip_prefix("<|channel|>").unwrap_or(text);
    let channels = ["commentary", "analysis", "final"].into_iter();
    let rest = channels
        .filter_map(|channel| text.strip_prefix(channel))
        .next()?;
    let (name, rest) = tool_name(rest.trim_start_matches(BLANKS).strip_prefix("to=")?)?;
    let rest = rest
        .trim_start_matches(BLANKS)
        .strip_prefix("code")?
        .trim_start();
    Some((name, rest.strip_prefix("<|message|>").unwrap_or(rest)))
}

fn tool_name(text: &str) -> Option<(&str, &str)> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let end = text.find(|c| !is_part(c)).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    (!name.is_empty()).then_some((name, rest))
}

/// The JSON object that a text begins with.
fn object(text: &str) -> Option<(Map<String, Value>, &str)> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    let value = values.next()?.ok()?;
    let (json, rest) = text.split_at_checked(values.byte_offset())?;
    match value {
        Value::Object(arguments) if json.chars().count() <= LONGEST => Some((arguments, rest)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `name{arguments}` of each call.
    fn calls(text: &str) -> String {
        let calls = written_calls(text, &["add", "get-time"]).into_iter();
        let shown = calls.map(|call| format!("{}{}", call.name, Value::Object(call.arguments)));
        shown.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn every_row_of_the_table_and_its_neighbours() {
        let add = "add{\"a\":1}";
        for (text, wanted) in [
            ("", ""),
            ("  \n ", ""),
            ("[add]\n{\"a\":1}\n[END_TOOL_REQUEST]", add),
            ("[add]\n{\"a\":1}\n[/add]", add),
            (" \n[add] \t\r\n {\"a\":1} [/add] \n", add),
            ("[add]\r{\"a\":1}[/add]", add),
            (
                "[add]\n{\"a\":1}\n[/add]\n[get-time]\n{}\n[END_TOOL_REQUEST]",
                "add{\"a\":1} get-time{}",
            ),
            ("[add] {\"a\":1} [/add]", ""),
            ("[add]\n{\"a\":1}", ""),
            ("[add]\n{\"a\":1}\n[/get-time]", ""),
            ("Here: [add]\n{\"a\":1}\n[/add]", ""),
            ("[add]\n{\"a\":1}\n[/add] done", ""),
            ("[sub]\n{\"a\":1}\n[/sub]", ""),
            ("[add]\n{\"a\":1\n[/add]", ""),
            ("[add]\n[1]\n[/add]", ""),
            ("[add]\n\"x\"\n[/add]", ""),
            ("[]\n{}\n[/]", ""),
            (
                "<|channel|>commentary to=add code<|message|>{\"a\":1}<|call|>",
                add,
            ),
            ("commentary to=add code{\"a\":1}", add),
            ("analysis to=add code \n<|message|> {\"a\":1}", add),
            ("final\tto=add\tcode {\"a\":1} <|call|>", add),
            ("other to=add code{\"a\":1}", ""),
            ("commentary to=functions.add code{\"a\":1}", ""),
            (
                "commentary to=add <|constrain|>json<|message|>{\"a\":1}",
                "",
            ),
            ("<tool_call>{\"name\":\"add\"}</tool_call>", ""),
            ("{\"name\":\"add\",\"arguments\":{\"a\":1}}", ""),
            ("[add]\n{\"a\":\"}\"}\n[/add]", "add{\"a\":\"}\"}"),
            ("[add]\n{\"a\":\"\u{E9}\"}\n[/add]", "add{\"a\":\"\u{E9}\"}"),
        ] {
            assert_eq!(calls(text), wanted, "{text:?}");
        }
    }

    #[test]
    fn a_call_has_an_end() {
        let of = |length: usize| format!("[add]\n{{\"a\":\"{}\"}}\n[/add]", "x".repeat(length - 8));
        assert_ne!(calls(&of(LONGEST)), "");
        assert_eq!(calls(&of(LONGEST + 1)), "");
    }
}
