//! A finding: what lint says, and what the reports show.

use crate::json5::{Edit, Path, Span};

/// How bad a finding is. Ordered: information is least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; nothing to do.
    Info,
    /// Works today, or may surprise.
    Warning,
    /// Does not work.
    Error,
}

impl Severity {
    /// The word used in every format.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// Which fixes a rule offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FixKind {
    /// None.
    None,
    /// Keeps the meaning, or gives the only possible one: applied by `--fix`.
    Safe,
    /// A guess that a person should look at: applied by `--fix --unsafe`.
    Unsafe,
    /// Some of both.
    Mixed,
}

impl FixKind {
    /// The word used in every format.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            FixKind::None => "none",
            FixKind::Safe => "safe",
            FixKind::Unsafe => "unsafe",
            FixKind::Mixed => "some safe",
        }
    }
}

/// What is known about a rule without running it.
#[derive(Debug, Clone, Copy)]
pub struct RuleInfo {
    /// Kebab-case name of the wrong thing.
    pub id: &'static str,
    /// The family it belongs to, also a name for `--select` and `--ignore`.
    pub group: &'static str,
    /// Severity unless a finding says otherwise.
    pub severity: Severity,
    /// Which fixes it offers.
    pub fix: FixKind,
    /// One line.
    pub summary: &'static str,
    /// The rule's page, in Markdown.
    pub explain: &'static str,
}

/// A second place that belongs to a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What is to be seen there.
    pub text: String,
}

/// A change that mends a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// Whether `--fix` applies it without `--unsafe`.
    pub safe: bool,
    /// What it does, as an order: "rename it to `baseUrl`".
    pub title: String,
    /// The text edits; empty edits change nothing.
    pub edits: Vec<Edit>,
}

/// Most names that a sentence names.
const MOST_NAMED: usize = 5;

/// Names in quotes for a sentence: the first ones, and how many more there are.
///
/// ```
/// use clawconf::diagnostic::named;
///
/// assert_eq!(named(["owl", "wren"]), "`owl`, `wren`");
/// ```
#[must_use]
pub fn named<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let mut names = names.into_iter();
    let some = names.by_ref().take(MOST_NAMED);
    let some: Vec<String> = some.map(|name| format!("`{name}`")).collect();
    let some = some.join(", ");
    match names.count() {
        0 => some,
        more => format!("{some} and {more} more"),
    }
}

/// One problem at one place.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The rule that fired.
    pub rule: &'static RuleInfo,
    /// How bad it is here.
    pub severity: Severity,
    /// What is wrong. Never holds a secret.
    pub message: String,
    /// Why it matters and what mends it.
    pub help: Option<String>,
    /// Where in the config.
    pub path: Path,
    /// Place in the list of files that were read; 0 is the config itself.
    pub file: usize,
    /// Where in that file, in bytes.
    pub span: Span,
    /// Other places that belong to it, in the same file.
    pub labels: Vec<Label>,
    /// What would mend it.
    pub fix: Option<Fix>,
}

impl Finding {
    /// A finding with the rule's own severity, in the config itself, without help or fix.
    #[must_use]
    pub fn new(rule: &'static RuleInfo, path: Path, span: Span, message: String) -> Finding {
        Finding {
            rule,
            severity: rule.severity,
            message,
            help: None,
            path,
            file: 0,
            span,
            labels: Vec::new(),
            fix: None,
        }
    }

    /// Adds why it matters and what mends it.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Finding {
        self.help = Some(help.into());
        self
    }

    /// Adds a fix, if there is one.
    #[must_use]
    pub fn with_fix(mut self, fix: Option<Fix>) -> Finding {
        self.fix = fix;
        self
    }

    /// Adds a second place.
    #[must_use]
    pub fn with_label(mut self, span: Span, text: impl Into<String>) -> Finding {
        let text = text.into();
        self.labels.push(Label { span, text });
        self
    }
}
