//! Which effort a chat request carries for a wished level, as OpenClaw's page promises it: thinking off
//! sends `none` where the model takes it, `xhigh` sends `xhigh`, and old off/on entries are read in
//! today's form first.
//!
//! OpenClaw 2026.5.18 differs in whole agent runs: off and `xhigh` send `high`, and old entries send
//! `on` (section 3.4 of the LM Studio facts); 2026.9.6 does as here.

use super::reasoning::effort_sent;
use super::saved::Saved;
use crate::json5::Node;

/// The level of an agent turn that wishes for none.
pub const DEFAULT_LEVEL: &str = "medium";

/// Efforts of a model that has the flag and no list.
const UNLISTED: [&str; 3] = ["low", "medium", "high"];

/// The effort for a level where nothing is known of the model: the level itself, as far as the protocol has
/// a word for it.
///
/// ```
/// use clawconf::lmstudio::plain_effort;
///
/// assert_eq!([plain_effort("off"), plain_effort("high"), plain_effort("max")], ["none", "high", "xhigh"]);
/// ```
#[must_use]
pub fn plain_effort(level: &str) -> &str {
    match level {
        "off" => "none",
        "adaptive" | "max" => "xhigh",
        same => same,
    }
}

/// The effort that a request to `model` carries for a level; none when it carries no effort at all.
///
/// ```
/// use clawconf::json5::Tree;
/// use clawconf::lmstudio::request_effort;
///
/// let model = r#"{ reasoning: true, compat: {
///     supportsReasoningEffort: true, supportedReasoningEfforts: ["off", "on"],
/// } }"#;
/// let model = Tree::parse(model.to_owned())?;
/// assert_eq!(request_effort(model.root(), Some("off")).as_deref(), Some("none"));
/// assert_eq!(request_effort(model.root(), Some("xhigh")).as_deref(), Some("xhigh"));
/// # Ok::<(), Box<clawconf::json5::Rejected>>(())
/// ```
#[must_use]
pub fn request_effort(model: Node<'_>, level: Option<&str>) -> Option<String> {
    let reasons = model.get("reasoning").and_then(Node::boolean) == Some(true);
    let saved = Saved::of(model.get("compat")?)?;
    if !reasons || saved.reasoning_effort != Some(true) {
        return None;
    }
    let level = level.unwrap_or(DEFAULT_LEVEL);
    let listed: Option<Vec<&str>> = saved
        .supported
        .as_ref()
        .map(|words| words.iter().map(String::as_str).collect());
    let efforts = listed.unwrap_or(UNLISTED.to_vec());
    let mut pairs = saved.map.iter().flatten();
    let mapped = pairs.find(|(from, _)| from == level);
    let mapped = mapped.map_or(level, |(_, to)| to.as_str());
    effort_sent(level, mapped, &efforts).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json5::Tree;

    const S6: &str = "supportedReasoningEfforts:['none','minimal','low','medium','high','xhigh'],\
                      reasoningEffortMap:{off:'none',none:'none',adaptive:'xhigh',max:'xhigh'}";
    const S5: &str = "supportedReasoningEfforts:['minimal','low','medium','high','xhigh'],\
                      reasoningEffortMap:{adaptive:'xhigh',max:'xhigh'}";
    const GRADED: &str = "supportedReasoningEfforts:['low','medium','high'],\
                          reasoningEffortMap:{adaptive:'high',max:'high'}";
    const GRADED_OFF: &str = "supportedReasoningEfforts:['none','low','medium','high'],\
                              reasoningEffortMap:{off:'none',none:'none',adaptive:'high',max:'high'}";
    const OLD_LIST: &str = "supportedReasoningEfforts:['off','on']";
    const OLD: &str = "supportedReasoningEfforts:['off','on'],reasoningEffortMap:{off:'off',none:'off',\
                       minimal:'on',low:'on',medium:'on',high:'on',xhigh:'on',adaptive:'on',max:'on'}";

    fn sent(reasoning: bool, compat: &str, level: Option<&str>) -> String {
        let model = format!("{{reasoning:{reasoning},compat:{{{compat}}}}}");
        let tree = Tree::parse(model).unwrap();
        request_effort(tree.root(), level).unwrap_or("-".to_owned())
    }

    /// Both tables of section 3.4: what the transport makes of a level, and what old entries become
    /// once they are in today's form.
    #[test]
    fn every_worked_row_as_the_page_promises() {
        let levels = [
            "unset", "off", "none", "minimal", "low", "medium", "high", "xhigh", "adaptive", "max",
        ];
        let full = "medium none none minimal low medium high xhigh xhigh xhigh";
        let always = "medium - - minimal low medium high xhigh xhigh xhigh";
        for (compat, wanted) in [
            (S6, full),
            (OLD, full),
            (OLD_LIST, full),
            (S5, always),
            (GRADED, "medium - - low low medium high high high high"),
            (
                GRADED_OFF,
                "medium none none low low medium high high high high",
            ),
            (
                "supportedReasoningEfforts:['high']",
                "high - - high high high high high high high",
            ),
            ("", "medium - - low low medium high high low low"),
        ] {
            let with_flag = format!("supportsReasoningEffort:true,{compat}");
            for (level, wanted) in levels.into_iter().zip(wanted.split(' ')) {
                let level = (level != "unset").then_some(level);
                assert_eq!(
                    sent(true, &with_flag, level),
                    wanted,
                    "{level:?} of {compat}"
                );
                assert_eq!(sent(false, &with_flag, level), "-", "{level:?} of {compat}");
                assert_eq!(sent(true, compat, level), "-", "no flag: {compat}");
                let denied = format!("supportsReasoningEffort:false,{compat}");
                assert_eq!(sent(true, &denied, level), "-", "denied: {compat}");
            }
        }
    }

    #[test]
    fn without_compat_nothing_is_sent() {
        for model in ["{reasoning:true}", "{}", "{reasoning:true,compat:'on'}"] {
            let tree = Tree::parse(model.to_owned()).unwrap();
            assert_eq!(request_effort(tree.root(), Some("high")), None, "{model}");
        }
    }
}
