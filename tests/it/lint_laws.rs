//! Laws that hold for every config under all rules: places, order, fixes, comments, suppressions.

use clawconf::diagnostic::{Finding, Severity};
use clawconf::json5::{Tree, comments};
use clawconf::lint::{Applied, Facts, Selection, fix_files, lint_knowing};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use crate::common::load;

const IDS: &[&str] = &[
    "lmstudio",
    "LMStudio ",
    "lab",
    "'gpu.box'",
    "'z.ai'",
    "zai",
    "ollama",
    "openai",
    "'a b'",
    "lmstudio_desk",
    "${ID}",
];

const BASES: &[&str] = &[
    "http://localhost:1234/v1",
    "http://localhost:1234",
    "http://localhost:1234/api/v1",
    "http://10.0.0.5:8000/v1",
    "10.0.0.5:8000/v1",
    "http://0.0.0.0:11434",
    "http://127.1:11434/v1/",
    "https://api.example.com/v1/chat/completions",
    "https://api.example.com/v1?key=abc",
    "https://api.example.com//v1#x",
    "http://169.254.169.254/v1",
    "${BASE_URL}",
    "http://$HOST:8000/v1",
    "http://u:p@gpu.lan:8000/v1",
    "http://GPU.lan./v1",
    "ftp://x",
    "",
    "http://gpu-box:4000",
];

const KEYS: &[&str] = &[
    "'lm-studio'",
    "'lmstudio-local'",
    "'${LM_API_TOKEN}'",
    "'$GPU_KEY'",
    "'${gpu_key}'",
    "'sk-Zq7Planted0011223344556677'",
    "{ source: 'env', provider: 'default', id: 'GPU_KEY' }",
    "'***'",
    "''",
    "'%KEY%'",
    "'$${KEY}'",
    "7",
    "'dummy'",
];

/// Entries of a provider, each at most once.
const OF_PROVIDER: &[&str] = &[
    "api: 'openai-completions'",
    "api: 'ollama'",
    "api: 'openai-chat'",
    "timeoutSeconds: '30'",
    "timeoutSeconds: 30",
    "contextWindow: 32768",
    "base_url: 'http://10.0.0.9:8000/v1'",
    "request: { allowPrivateNetwork: true }",
    "request: { allowPrivateNetwork: false }",
    "request: { proxy: { mode: 'explicit-proxy', url: 'http://proxy.lan:3128' } }",
    "allowPrivateNetwork: true",
    "headers: { Authorization: 'Bearer Zq7Planted99887766554433' }",
    "params: { preload: false }",
    "request: { tls: { insecureSkipVerify: true } }",
    "localService: { command: 'llama-server', args: ['--port', '99'] }",
];

/// Entries of a model, each at most once.
const OF_MODEL: &[&str] = &[
    "name: 'M'",
    "reasoning: true",
    "reasoning: false",
    "contextWindow: 8192",
    "contextWindow: 40960",
    "contextwindow: 1",
    "maxTokens: 81920",
    "maxTokens: 8192",
    "contextTokens: 65536",
    "input: ['text', 'vision']",
    "compat: { supportedReasoningEfforts: ['off', 'on'], reasoningEffortMap: { high: 'on' } }",
    "compat: { supportsReasoningEffort: true, supportedReasoningEfforts: ['low'], reasoningEffortMap: { max: 'high' } }",
    "compat: { reasoningEffortMap: { off: 'off' } /* saved */ }",
    "baseUrl: 'http://10.0.0.6:8000/v1'",
    "headers: { 'x-api-key': 'Zq7Planted5544332211aabb' }",
    "cost: { input: '0' }",
];

const MODEL_IDS: &[&str] = &[
    "'qwen/qwen3-8b'",
    "'lmstudio/qwen3'",
    "'lab/m'",
    "'m'",
    "'embed-1'",
    "7",
];

const AGENTS: &[&str] = &[
    "",
    "agents: { defaults: { model: 'lmstudio/qwen/qwen3-8b' } }",
    "agents: { defaults: { model: { primary: 'lab/m', fallbacks: ['nobody/x', 'lmstudio/lmstudio/qwen3'] } } }",
    "agents: { defaults: { models: { 'gpu/none': {}, 'lab/mm': { alias: 'x' } } } }",
    "env: { vars: { ID: 'x' } }",
];

/// How a config is written.
#[derive(Debug, Clone)]
struct Style {
    end: &'static str,
    indent: &'static str,
    comment: bool,
    trailing: bool,
    double: bool,
}

fn styles() -> impl Strategy<Value = Style> {
    let ends = select(vec!["\n", "\r\n", " "]);
    let parts = (
        ends,
        select(vec!["  ", "\t"]),
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
    );
    parts.prop_map(|(end, indent, comment, trailing, double)| Style {
        end,
        indent,
        // On one line a comment would swallow the rest.
        comment: comment && end != " ",
        trailing,
        double,
    })
}

impl Style {
    /// Entries between brackets, one a line.
    fn list(&self, open: &str, parts: &[String], close: &str, depth: usize) -> String {
        let inner = self.indent.repeat(depth + 1);
        let mut out = open.to_owned();
        for (nth, part) in parts.iter().enumerate() {
            let comma = if nth + 1 < parts.len() || self.trailing {
                ","
            } else {
                ""
            };
            let comment = if self.comment && nth % 2 == 0 {
                format!(" // note {nth}")
            } else {
                String::new()
            };
            out.push_str(&format!("{}{inner}{part}{comma}{comment}", self.end));
        }
        out + self.end + &self.indent.repeat(depth) + close
    }

    fn quoted(&self, text: String) -> String {
        if self.double {
            text.replace('\'', "\"")
        } else {
            text
        }
    }
}

fn configs() -> impl Strategy<Value = String> {
    let model = (select(MODEL_IDS), subsequence(OF_MODEL, 0..6));
    let provider = (
        select(IDS),
        select(BASES),
        prop::option::of(select(KEYS)),
        subsequence(OF_PROVIDER, 0..5),
        prop::collection::vec(model, 0..4),
    );
    let providers = prop::collection::vec(provider, 1..4);
    (providers, select(AGENTS), styles()).prop_map(|(providers, agents, style)| {
        let providers: Vec<String> = providers
            .into_iter()
            .map(|(id, base, key, more, models)| {
                let id = if id.starts_with('\'') {
                    id.to_owned()
                } else {
                    format!("'{id}'")
                };
                let mut parts = vec![format!("baseUrl: '{base}'")];
                parts.extend(key.map(|key| format!("apiKey: {key}")));
                parts.extend(more.iter().map(|part| (*part).to_owned()));
                let models: Vec<String> = models
                    .into_iter()
                    .map(|(id, more)| {
                        let parts = more.iter().map(|part| (*part).to_owned());
                        let parts: Vec<String> =
                            [format!("id: {id}")].into_iter().chain(parts).collect();
                        format!("{{ {} }}", parts.join(", "))
                    })
                    .collect();
                parts.push(format!("models: {}", style.list("[", &models, "]", 4)));
                format!("{id}: {}", style.list("{", &parts, "}", 3))
            })
            .collect();
        let providers = style.list("{", &providers, "}", 2);
        let mut roots = vec![format!("models: {{ providers: {providers} }}")];
        if !agents.is_empty() {
            roots.push(agents.to_owned());
        }
        style.quoted(style.list("{", &roots, "}", 0))
    })
}

fn lint(text: &str) -> Vec<Finding> {
    lint_knowing(
        &load(text, &[], &[]),
        &Selection::default(),
        &Facts::default(),
    )
}

fn fixed(text: &str, with_unsafe: bool) -> Applied {
    fix_files(vec![text.to_owned()], lint(text), with_unsafe, |texts| {
        Tree::parse(texts[0].clone()).ok()?;
        Some(lint(&texts[0]))
    })
}

fn text_of(applied: &Applied, before: &str) -> String {
    applied
        .changed
        .first()
        .map_or(before, |(_, text)| text)
        .to_owned()
}

fn count(findings: &[Finding], least: Severity) -> usize {
    findings
        .iter()
        .filter(|finding| finding.severity >= least)
        .count()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn findings_are_ordered_and_stand_in_the_text(text in configs()) {
        let findings = lint(&text);
        prop_assert!(findings.iter().map(|found| (found.file, found.span)).is_sorted());
        for found in &findings {
            let spans = found.labels.iter().map(|label| label.span).chain([found.span]);
            for span in spans.chain(found.fix.iter().flat_map(|fix| fix.edits.iter().map(|edit| edit.span))) {
                prop_assert!(text.get(span.start..span.end).is_some(), "{:?} in\n{}", found, &text);
            }
            let told = format!("{} {:?} {} {:?}", found.message, found.help, found.path, found.fix);
            prop_assert!(!told.contains("Planted"), "{}", told);
            prop_assert!(!found.message.is_empty() && !found.message.ends_with('.'), "{}", found.message);
        }
        prop_assert_eq!(format!("{findings:?}"), format!("{:?}", lint(&text)));
    }

    #[test]
    fn a_fix_does_no_harm_and_a_second_one_nothing(text in configs(), with_unsafe in any::<bool>()) {
        let before = lint(&text);
        let applied = fixed(&text, with_unsafe);
        let after = text_of(&applied, &text);
        prop_assert!(Tree::parse(after.clone()).is_ok(), "{}", &after);
        prop_assert!(count(&applied.findings, Severity::Error) <= count(&before, Severity::Error), "{}\n{}", &text, &after);
        let again = fixed(&after, with_unsafe);
        prop_assert!(again.changed.is_empty(), "{}\n{}\n{}", &text, &after, text_of(&again, &after));
        let (notes, kept): (Vec<_>, Vec<_>) = (notes(&text), notes(&after));
        // What stands twice is removed with all that stands in it.
        prop_assert!(with_unsafe || notes.iter().all(|note| kept.contains(note)), "{}\n{}", &text, &after);
    }

    #[test]
    fn a_comment_above_silences_that_rule_on_that_line_and_no_other(text in configs(), nth in any::<prop::sample::Index>()) {
        let before = lint(&text);
        if !text.contains('\n') || before.is_empty() || Tree::parse(text.clone()).is_err() {
            return Ok(());
        }
        let silenced = nth.get(&before);
        let line = |text: &str, found: &Finding| text[..found.span.start].matches('\n').count();
        let start = text[..silenced.span.start].rfind('\n').map_or(0, |at| at + 1);
        let allowed = format!("{}// clawconf: allow({}) meant\n{}", &text[..start], silenced.rule.id, &text[start..]);
        let is_silenced = |found: &&Finding| {
            found.rule.id == silenced.rule.id && line(&text, found) == line(&text, silenced)
        };
        let told = |found: &Finding| (found.rule.id, found.path.clone(), found.message.clone());
        let mut expected: Vec<_> = before.iter().filter(|found| !is_silenced(found)).map(told).collect();
        let mut left: Vec<_> = lint(&allowed).iter().map(told).collect();
        expected.sort();
        left.sort();
        prop_assert_eq!(left, expected, "{}", &allowed);
    }
}

/// The comments of a text that stand for themselves.
fn notes(text: &str) -> Vec<&str> {
    let all = comments(text).map(|span| span.of(text));
    all.filter(|comment| comment.starts_with("// note"))
        .collect()
}
