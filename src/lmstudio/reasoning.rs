//! Reasoning levels: what a server's answer says of them, and which word a request carries in the end.
//!
//! LM Studio shows some models with a mere switch, `off` and `on`, and refuses these two words in chat
//! requests, which want graded levels. OpenClaw 2026.5.18 translates the switch when it discovers
//! models, and in its catalog view of saved entries; chat requests of a saved entry carry the words as
//! they stand.

use std::borrow::Cow;
use std::collections::HashSet;

/// The efforts and the map that stand for a switch.
#[derive(Debug, PartialEq, Eq)]
pub struct Levels {
    /// What `supportedReasoningEfforts` becomes.
    pub efforts: &'static [&'static str],
    /// What `reasoningEffortMap` becomes.
    pub map: &'static [(&'static str, &'static str)],
}

/// For a model that can be switched off.
pub const SWITCHABLE: Levels = Levels {
    efforts: &["none", "minimal", "low", "medium", "high", "xhigh"],
    map: &[
        ("off", "none"),
        ("none", "none"),
        ("adaptive", "xhigh"),
        ("max", "xhigh"),
    ],
};

/// For a model that always reasons.
pub const ALWAYS_ON: Levels = Levels {
    efforts: &["minimal", "low", "medium", "high", "xhigh"],
    map: &[("adaptive", "xhigh"), ("max", "xhigh")],
};

impl Levels {
    pub(super) fn owned(&self) -> Efforts {
        let pairs = self.map.iter();
        Efforts {
            supported: self.efforts.iter().map(|&word| word.to_owned()).collect(),
            map: pairs
                .map(|&(from, to)| (from.to_owned(), to.to_owned()))
                .collect(),
        }
    }
}

/// What `compat` of a discovered model says, beside `supportsReasoningEffort: true`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Efforts {
    /// `supportedReasoningEfforts`.
    pub supported: Vec<String>,
    /// `reasoningEffortMap`.
    pub map: Vec<(String, String)>,
}

/// What a model is that a server has just told of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discovered {
    /// `reasoning`.
    pub reasoning: bool,
    /// Its levels; none when there is nothing to choose.
    pub efforts: Option<Efforts>,
}

/// What `capabilities.reasoning` of a server's entry makes of the model.
///
/// ```
/// use clawconf::lmstudio::{SWITCHABLE, discovered};
///
/// let model = discovered(&serde_json::json!({ "allowed_options": ["off", "on"] }));
/// assert!(model.efforts.is_some_and(|efforts| efforts.supported == SWITCHABLE.efforts));
/// ```
#[must_use]
pub fn discovered(reasoning: &serde_json::Value) -> Discovered {
    let list = reasoning.get("allowed_options");
    let listed = list.and_then(serde_json::Value::as_array);
    let words = listed
        .into_iter()
        .flatten()
        .filter_map(|word| word.as_str());
    let options = words_of(words.map(Cow::Borrowed));
    if options.is_empty() {
        let default = reasoning.get("default").and_then(|word| word.as_str());
        let default = default.map(|word| word.trim().to_lowercase());
        return Discovered {
            reasoning: default.is_some_and(|word| !word.is_empty() && word != "off"),
            efforts: None,
        };
    }
    Discovered {
        reasoning: options.iter().any(|option| option != "off"),
        efforts: graded(options),
    }
}

/// The levels that stand for the options of a server.
fn graded(options: Vec<String>) -> Option<Efforts> {
    let has = |word: &str| options.iter().any(|option| option == word);
    if has("on")
        && options
            .iter()
            .all(|option| option == "on" || option == "off")
    {
        let levels = if has("off") { &SWITCHABLE } else { &ALWAYS_ON };
        return Some(levels.owned());
    }
    let renamed = options.into_iter().filter(|option| option != "on");
    let renamed = renamed.map(|option| {
        if option == "off" {
            "none".into()
        } else {
            option
        }
    });
    let mut seen = HashSet::new();
    let supported: Vec<String> = renamed
        .filter(|option| seen.insert(option.clone()))
        .collect();
    let listed = |word: &&str| supported.iter().any(|effort| effort == word);
    let first = supported
        .iter()
        .map(String::as_str)
        .find(|effort| *effort != "none")?;
    let top = ["xhigh", "high"].into_iter().find(listed).unwrap_or(first);
    let mut map = Vec::new();
    if listed(&"none") {
        map.extend(["off", "none"].map(|key| (key.to_owned(), "none".to_owned())));
    }
    map.extend(["adaptive", "max"].map(|key| (key.to_owned(), top.to_owned())));
    Some(Efforts { supported, map })
}

/// Words trimmed, in lower case, without blank ones and repetitions.
pub(super) fn words_of<'w>(words: impl Iterator<Item = Cow<'w, str>>) -> Vec<String> {
    let words = words.map(|word| word.trim().to_lowercase());
    let mut seen = HashSet::new();
    words
        .filter(|word| !word.is_empty() && seen.insert(word.clone()))
        .collect()
}

/// The effort that a request carries when a level is wanted of a model with these efforts; none when
/// it carries none. `mapped` is what the map makes of the level, or the level itself.
///
/// ```
/// use clawconf::lmstudio::effort_sent;
///
/// assert_eq!(effort_sent("minimal", "minimal", &["low", "high"]), Some("low"));
/// assert_eq!(effort_sent("max", "max", &["none", "low"]), Some("low"));
/// assert_eq!(effort_sent("off", "off", &["low", "high"]), None);
/// ```
#[must_use]
pub fn effort_sent<'e>(wanted: &str, mapped: &str, efforts: &[&'e str]) -> Option<&'e str> {
    let listed = |word: &str| efforts.iter().copied().find(|effort| *effort == word);
    if let Some(effort) = listed(mapped) {
        return Some(effort);
    }
    if [wanted, mapped]
        .iter()
        .any(|word| matches!(*word, "none" | "off"))
    {
        return None;
    }
    let near: &[&str] = match wanted {
        "minimal" => &["low", "medium"],
        "low" => &["medium"],
        "xhigh" => &["high"],
        _ => &[],
    };
    let near = near.iter().find_map(|word| listed(word));
    near.or_else(|| efforts.iter().copied().find(|effort| *effort != "none"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    /// `a:b c:d`.
    fn pairs(text: &str) -> Vec<(String, String)> {
        let pair = |word: &str| {
            word.split_once(':')
                .map(|(k, v)| (k.to_owned(), v.to_owned()))
        };
        text.split_whitespace().filter_map(pair).collect()
    }

    /// The efforts and the map that a row of section 3.3 names in short.
    fn row(efforts: &str, map: &str) -> Efforts {
        match efforts {
            "S6" => SWITCHABLE.owned(),
            "S5" => ALWAYS_ON.owned(),
            _ => Efforts {
                supported: words(efforts),
                map: pairs(map),
            },
        }
    }

    /// Rows 1 to 29 of section 3.3 of the LM Studio page.
    #[test]
    fn every_worked_row_of_discovery() {
        let rows: [(&str, bool, &str, &str); 30] = [
            (
                r#"{"allowed_options":["off","on"],"default":"off"}"#,
                true,
                "S6",
                "",
            ),
            (r#"{"allowed_options":["on"]}"#, true, "S5", ""),
            (r#"{"allowed_options":["off"]}"#, false, "", ""),
            (
                r#"{"allowed_options":["low","medium","high"],"default":"low"}"#,
                true,
                "low medium high",
                "adaptive:high max:high",
            ),
            (
                r#"{"allowed_options":["off","low","high"]}"#,
                true,
                "none low high",
                "off:none none:none adaptive:high max:high",
            ),
            (
                r#"{"allowed_options":["off","on","medium"]}"#,
                true,
                "none medium",
                "off:none none:none adaptive:medium max:medium",
            ),
            (
                r#"{"allowed_options":["on","medium"]}"#,
                true,
                "medium",
                "adaptive:medium max:medium",
            ),
            (
                r#"{"allowed_options":["none","low"]}"#,
                true,
                "none low",
                "off:none none:none adaptive:low max:low",
            ),
            (r#"{"allowed_options":["none","on"]}"#, true, "", ""),
            (r#"{"allowed_options":["none"]}"#, true, "", ""),
            (r#"{"allowed_options":["off","none"]}"#, true, "", ""),
            (
                r#"{"allowed_options":["minimal"]}"#,
                true,
                "minimal",
                "adaptive:minimal max:minimal",
            ),
            (
                r#"{"allowed_options":["xhigh","low"]}"#,
                true,
                "xhigh low",
                "adaptive:xhigh max:xhigh",
            ),
            (
                r#"{"allowed_options":["max","low"]}"#,
                true,
                "max low",
                "adaptive:max max:max",
            ),
            (
                r#"{"allowed_options":["fast"]}"#,
                true,
                "fast",
                "adaptive:fast max:fast",
            ),
            (
                r#"{"allowed_options":["off","fast"]}"#,
                true,
                "none fast",
                "off:none none:none adaptive:fast max:fast",
            ),
            (r#"{"allowed_options":["ON"," off "]}"#, true, "S6", ""),
            (r#"{"allowed_options":["on",null,7]}"#, true, "S5", ""),
            (r#"{"allowed_options":[],"default":"on"}"#, true, "", ""),
            (
                r#"{"allowed_options":[" ",""],"default":"medium"}"#,
                true,
                "",
                "",
            ),
            (r#"{"default":"low"}"#, true, "", ""),
            (r#"{"default":"off"}"#, false, "", ""),
            (r#"{"default":" Off"}"#, false, "", ""),
            (r#"{"default":"none"}"#, true, "", ""),
            ("{}", false, "", ""),
            ("null", false, "", ""),
            (r#""on""#, false, "", ""),
            (r#"{"allowed_options":"on","default":"off"}"#, false, "", ""),
            (
                r#"{"allowed_options":["off"],"default":"on"}"#,
                false,
                "",
                "",
            ),
            ("[\"on\"]", false, "", ""),
        ];
        for (at, (input, reasoning, efforts, map)) in rows.into_iter().enumerate() {
            let found = discovered(&serde_json::from_str(input).unwrap());
            assert_eq!(found.reasoning, reasoning, "row {}: {input}", at + 1);
            let wanted = (!efforts.is_empty()).then(|| row(efforts, map));
            assert_eq!(found.efforts, wanted, "row {}: {input}", at + 1);
        }
    }

    /// The first table of section 3.4: `compat`, then what each level becomes; `-` is nothing.
    #[test]
    fn every_worked_row_of_requests() {
        let levels = [
            "high", "off", "none", "minimal", "low", "medium", "high", "xhigh", "adaptive", "max",
        ];
        let of = |levels: &Levels| levels.owned();
        let rows = [
            (
                of(&SWITCHABLE),
                "high none none minimal low medium high xhigh xhigh xhigh",
            ),
            (
                of(&ALWAYS_ON),
                "high - - minimal low medium high xhigh xhigh xhigh",
            ),
            (
                row("low medium high", "adaptive:high max:high"),
                "high - - low low medium high high high high",
            ),
            (
                row(
                    "none low medium high",
                    "off:none none:none adaptive:high max:high",
                ),
                "high none none low low medium high high high high",
            ),
            (
                row("high", ""),
                "high - - high high high high high high high",
            ),
            (
                row(
                    "off on",
                    "off:off none:off minimal:on low:on medium:on high:on xhigh:on adaptive:on max:on",
                ),
                "on off off on on on on on on on",
            ),
            (row("off on", ""), "off off - off off off off off off off"),
        ];
        for (efforts, wanted) in rows {
            let supported: Vec<&str> = efforts.supported.iter().map(String::as_str).collect();
            for (level, wanted) in levels.into_iter().zip(wanted.split(' ')) {
                let mapped = efforts.map.iter().find(|(from, _)| from == level);
                let mapped = mapped.map_or(level, |(_, to)| to);
                let sent = effort_sent(level, mapped, &supported).unwrap_or("-");
                assert_eq!(sent, wanted, "{level} of {supported:?}");
            }
        }
    }
}
