//! Each fact is told once: what all rules together say of one provider with one or two mistakes, and
//! of configs that are right.

use clawconf::diagnostic::Severity;
use clawconf::lint::{Facts, Selection, lint_knowing};

use crate::common;

/// The rules that find something worse than a note in a config with this `models.providers`.
fn told(providers: &str) -> Vec<&'static str> {
    let text = format!("{{ models: {{ providers: {{ {providers} }} }} }}");
    let config = common::load(&text, &[], &[]);
    let findings = lint_knowing(&config, &Selection::default(), &Facts::default());
    let mut rules: Vec<&str> = findings
        .iter()
        .filter(|finding| finding.severity > Severity::Info)
        .map(|finding| finding.rule.id)
        .collect();
    rules.sort_unstable();
    rules
}

const MODEL: &str = r#"models: [{ id: "a", name: "A", contextWindow: 32768, maxTokens: 4096 }]"#;

#[test]
fn an_address_has_one_mistake_told_by_one_rule() {
    let rows: [(&str, &str, &[&str]); 19] = [
        ("lmstudio", "http://localhost:1234", &["api-v1-base"]),
        ("lmstudio", "http://localhost:1234/api/v1", &["api-v1-base"]),
        (
            "lmstudio",
            "http://localhost:1234/api/v1/models",
            &["endpoint-as-base"],
        ),
        (
            "lmstudio",
            "http://localhost:1234/chat/completions",
            &["endpoint-as-base"],
        ),
        (
            "lmstudio",
            "http://localhost:1234//api//v1",
            &["base-url-leftover"],
        ),
        ("lmstudio", "localhost:1234", &["unusable-base-url"]),
        ("lab", "http://localhost:8000", &["missing-version-path"]),
        (
            "lab",
            "http://localhost:8000/v1/responses",
            &["endpoint-as-base"],
        ),
        (
            "lab",
            "llm.example.com/v1/chat/completions",
            &["unusable-base-url"],
        ),
        ("lab", "ws://llm.example.com", &["unusable-base-url"]),
        ("lab", "http://<your-host>:8000", &["unusable-base-url"]),
        ("lab", "http://YOUR_HOST:8000", &["unusable-base-url"]),
        ("lab", "http://$LLM_HOST:8000", &["unusable-base-url"]),
        ("lab", "http://169.254.169.254", &["metadata-origin"]),
        ("lab", "http://instance-data", &["metadata-origin"]),
        ("lab", "http://169.254.20.7:8000/v1", &["link-local-origin"]),
        ("lab", "http://0.0.0.0:8000/v1", &["unspecified-address"]),
        (
            "lab",
            "http://user:pass@192.168.1.5:8000/v1",
            &["credentials-in-url"],
        ),
        (
            "lab",
            "http://localhost:8000/v1?key=example-4f9a51c0",
            &["secret-without-ref-support"],
        ),
    ];
    for (id, address, rules) in rows {
        let api = "openai-completions";
        let provider = format!("{id}: {{ baseUrl: {address:?}, api: {api:?}, {MODEL} }}");
        assert_eq!(told(&provider), rules, "{provider}");
    }
}

#[test]
fn a_key_has_one_mistake_told_by_one_rule() {
    let rows: [(&str, &str, &[&str]); 10] = [
        ("https", "${LAB_KEY}", &[]),
        ("https", "example-4f9a51c0", &["literal-secret"]),
        ("https", "${lab_key}", &["not-substituted"]),
        ("https", "<your-key>", &["not-substituted"]),
        ("https", "$LAB_KEY", &["not-substituted"]),
        ("https", "***", &["redacted-value"]),
        ("http", "${lab_key}", &["not-substituted"]),
        ("http", "***", &["redacted-value"]),
        ("http", "${LAB_KEY}", &["secret-over-http"]),
        // Two facts: it stands in the file, and it is read on the way.
        (
            "http",
            "example-4f9a51c0",
            &["literal-secret", "secret-over-http"],
        ),
    ];
    for (scheme, key, rules) in rows {
        let base = format!("{scheme}://192.168.1.5:8000/v1");
        let provider = format!("lab: {{ baseUrl: {base:?}, apiKey: {key:?}, {MODEL} }}");
        assert_eq!(told(&provider), rules, "{provider}");
    }
}

#[test]
fn configs_that_are_right_have_no_warning() {
    for (id, base, rest) in [
        (
            "lmstudio",
            "http://localhost:1234/v1",
            r#"apiKey: "lmstudio-local""#,
        ),
        (
            "lmstudio",
            "http://localhost:1234/v1",
            r#"apiKey: "LM_API_TOKEN", auth: "api-key""#,
        ),
        (
            "lmstudio",
            "http://192.168.1.5:1234/v1",
            r#"apiKey: "lm-studio""#,
        ),
        (
            "lmstudio",
            "http://host.docker.internal:1234/v1",
            r#"apiKey: "lmstudio-local""#,
        ),
        (
            "ollama",
            "http://127.0.0.1:11434",
            r#"apiKey: "ollama-local", api: "ollama""#,
        ),
        (
            "vllm",
            "http://localhost:8000/v1",
            r#"api: "openai-completions""#,
        ),
        (
            "vllm",
            "http://127.0.0.1:8000/v1",
            r#"apiKey: "${VLLM_API_KEY}""#,
        ),
        ("vllm", "http://vllm:8000/v1", r#"apiKey: "none""#),
        (
            "litellm",
            "http://localhost:4000",
            r#"apiKey: "${LITELLM_KEY}""#,
        ),
        (
            "llamacpp",
            "http://127.0.0.1:8080",
            r#"api: "openai-completions""#,
        ),
        (
            "lab",
            "http://gpu.tail1234.ts.net:8000/v1",
            r#"apiKey: "${LAB_KEY}""#,
        ),
        (
            "textgen",
            "http://localhost:5000/v1",
            r#"apiKey: "sk-11111111111111111111111111111111""#,
        ),
        (
            "openrouter",
            "https://openrouter.ai/api/v1",
            r#"apiKey: "${OPENROUTER_API_KEY}""#,
        ),
        (
            "minimax",
            "https://api.minimax.io/anthropic",
            r#"api: "anthropic-messages", apiKey: "${KEY}""#,
        ),
        (
            "remote",
            "https://llm.example.com/v1",
            r#"apiKey: "${KEY}", request: { proxy: { mode: "explicit-proxy", url: "http://proxy.example.com:3128" } }"#,
        ),
    ] {
        let provider = format!("{id}: {{ baseUrl: {base:?}, {rest}, {MODEL} }}");
        assert_eq!(told(&provider), [""; 0], "{provider}");
    }
}
