//! The generated schema against section 6 of the contract page, row by row, and against the corpus.

use std::collections::{BTreeMap, BTreeSet};

use clawconf::contract::document_shape;
use clawconf::contract::models::{Config, Models};
use clawconf::contract::schema::{render, schema};
use clawconf::contract::validate::validate;
use clawconf::json5::Tree;
use serde_json::{Value, json};

/// Forty configs whose upstream verdicts were measured.
const CORPUS: &str = "tests/corpus";

/// The schema as a library reads it, beside our own reading of it.
struct Judge(jsonschema::Validator);

impl Judge {
    /// The verdict of both, which must be the same.
    fn is_valid(&self, document: &Value) -> bool {
        let theirs = self.0.is_valid(document);
        let tree = Tree::parse(document.to_string()).expect("JSON is JSON5");
        let ours = validate(&tree, document_shape()).is_empty();
        assert_eq!(ours, theirs, "{document}");
        ours
    }

    fn iter_errors<'d>(
        &'d self,
        document: &'d Value,
    ) -> impl Iterator<Item = jsonschema::ValidationError<'d>> {
        self.0.iter_errors(document)
    }
}

fn validator() -> Judge {
    let validator = jsonschema::draft202012::options().build(&schema());
    Judge(validator.expect("the schema compiles"))
}

/// The smallest provider with one of each optional block, and `value` at `path`: a JSON pointer, or
/// one below `P` provider, `S` local service, `M` model, `C` compat, `T` price tier.
fn with(path: &str, value: &Value) -> Value {
    let tier = json!({ "input": 0, "output": 0, "cacheRead": 0, "cacheWrite": 0, "range": [0] });
    let mut document = json!({ "models": { "providers": { "p": {
        "baseUrl": "x",
        "models": [{ "id": "a", "name": "b", "cost": { "tieredPricing": [tier] }, "compat": {} }],
        "localService": { "command": "x" },
    } } } });
    let (block, rest) = path.split_at(1);
    let start = match block {
        "P" => "/models/providers/p",
        "S" => "/models/providers/p/localService",
        "M" => "/models/providers/p/models/0",
        "C" => "/models/providers/p/models/0/compat",
        "T" => "/models/providers/p/models/0/cost/tieredPricing/0",
        _ => block,
    };
    set(&mut document, &format!("{start}{rest}"), value.clone());
    document
}

fn set(document: &mut Value, pointer: &str, value: Value) {
    let mut place = document;
    for segment in pointer
        .split('/')
        .skip(1)
        .map(|s| s.replace("~1", "/").replace("~0", "~"))
    {
        place = match place {
            Value::Array(items) => &mut items[segment.parse::<usize>().expect("an index")],
            other => &mut other[segment],
        };
    }
    *place = value;
}

fn without(pointer: &str) -> Value {
    let mut document = full();
    let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
    document
        .pointer_mut(parent)
        .and_then(Value::as_object_mut)
        .expect("an object")
        .remove(key);
    document
}

/// Every key of the contract at least once, branches of unions in providers of their own.
fn full() -> Value {
    let secret = json!({ "source": "env", "provider": "default", "id": "LM_API_TOKEN" });
    let tls = json!({
        "ca": "x", "cert": "x", "key": "x", "passphrase": secret,
        "serverName": "x", "insecureSkipVerify": true,
    });
    let compat = json!({
        "supportsStore": true, "supportsPromptCacheKey": true, "supportsDeveloperRole": true,
        "supportsReasoningEffort": true, "supportsUsageInStreaming": true, "supportsTools": true,
        "supportsStrictMode": true, "requiresStringContent": true, "strictMessageKeys": true,
        "requiresToolResultName": true, "requiresAssistantAfterToolResult": true,
        "requiresThinkingAsText": true, "nativeWebSearchTool": true, "requiresMistralToolIds": true,
        "requiresOpenAiAnthropicToolPayload": true, "supportedReasoningEfforts": ["off"],
        "reasoningEffortMap": { "off": "none" }, "maxTokensField": "max_tokens",
        "thinkingFormat": "qwen", "toolSchemaProfile": "", "toolCallArgumentsEncoding": "",
        "unsupportedToolSchemaKeywords": ["not"], "visibleReasoningDetailTypes": ["x"],
    });
    let model = json!({
        "id": " ", "name": "b", "api": "ollama", "baseUrl": "x", "reasoning": false,
        "input": ["text"], "contextWindow": 0.5, "contextTokens": 1, "maxTokens": 1e9,
        "cost": {
            "input": -1, "output": 1e300, "cacheRead": 0.1, "cacheWrite": 0,
            "tieredPricing": [
                { "input": 1, "output": 1, "cacheRead": 1, "cacheWrite": 1, "range": [0] },
            ],
        },
        "params": { "a": null }, "agentRuntime": { "id": "x" }, "headers": { "a": "x" },
        "compat": compat, "metadataSource": "models-add",
    });
    json!({ "models": {
        "mode": "replace",
        "pricing": { "enabled": false },
        "providers": {
            "p": {
                "baseUrl": "http://127.0.0.1:1234/v1", "apiKey": "x", "auth": "token", "api": "ollama",
                "contextWindow": 0.5, "contextTokens": 1, "maxTokens": 0.5, "timeoutSeconds": 1,
                "injectNumCtxForOpenAICompat": true, "params": { "a": null }, "authHeader": true,
                "agentRuntime": { "id": "" }, "headers": { "": secret, "b": "x\ny" },
                "localService": {
                    "command": "x", "args": [""], "cwd": "x", "env": { "A": "" }, "healthUrl": "x",
                    "readyTimeoutMs": 1, "idleStopMs": 0,
                },
                "request": {
                    "headers": { "a": secret },
                    "auth": { "mode": "authorization-bearer", "token": secret },
                    "proxy": { "mode": "explicit-proxy", "url": "x", "tls": tls },
                    "tls": tls, "allowPrivateNetwork": false,
                },
                "models": [model],
            },
            "q": { "baseUrl": "x", "models": [], "request": {
                "auth": { "mode": "header", "headerName": "x", "value": secret, "prefix": "" },
                "proxy": { "mode": "env-proxy", "tls": tls },
            } },
            "r": { "baseUrl": "x", "models": [], "request": { "auth": { "mode": "provider-default" } } },
        },
    } })
}

/// All pointers of a document with their values, the root left out.
fn places(value: &Value, at: &str, found: &mut Vec<(String, Value)>) {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(entries) => entries.iter().map(|(k, v)| (k.clone(), v)).collect(),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(i, v)| (i.to_string(), v))
            .collect(),
        _ => Vec::new(),
    };
    for (key, child) in children {
        let here = format!("{at}/{key}");
        found.push((here.clone(), child.clone()));
        places(child, &here, found);
    }
}

#[test]
fn meets_its_own_dialect() {
    let schema = schema();
    assert_eq!(
        schema["$schema"],
        "https://json-schema.org/draft/2020-12/schema"
    );
    if let Err(error) = jsonschema::draft202012::meta::validate(&schema) {
        panic!("{error}");
    }
    validator();
}

#[test]
fn the_full_document_passes_and_is_readable() {
    let verdict: Vec<_> = validator()
        .iter_errors(&full())
        .map(|e| e.to_string())
        .collect();
    assert_eq!(verdict, [""; 0]);
    assert!(serde_json::from_value::<Config>(full()).is_ok());
}

#[test]
fn the_root_allows_other_keys_and_a_missing_section() {
    let judge = validator();
    for document in [
        json!({}),
        json!({ "$schema": "x", "agents": 1 }),
        json!({ "models": {} }),
    ] {
        assert!(judge.is_valid(&document), "{document}");
    }
    for document in [
        json!(null),
        json!([]),
        json!("x"),
        json!({ "models": null }),
        json!({ "models": [] }),
    ] {
        assert!(!judge.is_valid(&document), "{document}");
    }
}

#[test]
fn null_is_refused_everywhere_but_in_params() {
    let judge = validator();
    let mut all = Vec::new();
    places(&full(), "", &mut all);
    assert!(all.len() > 130, "{}", all.len());
    for (place, _) in all {
        let mut document = full();
        *document.pointer_mut(&place).expect("a place") = Value::Null;
        assert_eq!(
            judge.is_valid(&document),
            place.contains("/params/"),
            "{place}"
        );
    }
}

#[test]
fn every_object_but_the_maps_is_strict() {
    let maps = [
        "/params",
        "/headers",
        "/env",
        "/reasoningEffortMap",
        "/providers",
    ];
    let judge = validator();
    let mut all = Vec::new();
    places(&full(), "", &mut all);
    for (place, value) in all.iter().filter(|(_, value)| value.is_object()) {
        if maps.iter().any(|map| place.ends_with(map)) {
            continue;
        }
        let mut document = full();
        set(&mut document, &format!("{place}/zzz"), json!("x"));
        assert!(
            !judge.is_valid(&document),
            "{place} takes an unknown key: {value}"
        );
        assert!(
            serde_json::from_value::<Config>(document).is_err(),
            "{place}: the types take it"
        );
    }
}

#[test]
fn only_the_required_keys_are_required() {
    let required = [
        "baseUrl",
        "models",
        "id",
        "name",
        "command",
        "token",
        "headerName",
        "value",
        "url",
        "mode",
        "source",
        "provider",
    ];
    let judge = validator();
    let mut all = Vec::new();
    places(&full(), "", &mut all);
    let keys = all
        .iter()
        .filter(|(place, _)| !place.ends_with(|c: char| c.is_ascii_digit()));
    for (place, _) in keys.filter(|(place, _)| !place.ends_with('/')) {
        let key = place.rsplit('/').next().expect("a key");
        let in_tier = place.contains("/tieredPricing/0/");
        let optional = ["/models", "/models/mode"].contains(&place.as_str())
            || ["/agentRuntime/id", "/models/0/baseUrl"]
                .iter()
                .any(|end| place.ends_with(end));
        let expected = in_tier || (required.contains(&key) && !optional);
        assert_eq!(!judge.is_valid(&without(place)), expected, "{place}");
    }
}

/// Values to take and values to refuse, each a JSON list.
type Sample = (&'static str, &'static str);

const FLAG: Sample = ("[true, false]", r#"["true", 1, {}, []]"#);
const ANY_TEXT: Sample = (r#"["", "x"]"#, "[1, true, {}, []]");
const TEXT: Sample = (r#"["x", " ", "~"]"#, r#"["", 1, true, {}, []]"#);
const TEXTS: Sample = (r#"[[], [""], ["x", "x"]]"#, r#"["x", [1], [null], {}]"#);
const FILLED_TEXTS: Sample = (r#"[[], ["x"], ["x", "x"]]"#, r#"["x", [""], [1], {}]"#);
const NUMBER: Sample = (
    "[0, -1, 1.5, 9007199254740992, 1e300]",
    r#"["1", true, []]"#,
);
const POSITIVE: Sample = (
    "[0.5, 1, 1.5, 9007199254740992]",
    r#"[0, -0.0, -1, "1", true]"#,
);
const INTEGER: Sample = (
    "[1, 2.0, 9007199254740991]",
    r#"[0, -0.0, -1, 1.5, 9007199254740992, "1", true]"#,
);
const FROM_ZERO: Sample = (
    "[0, -0.0, 1, 9007199254740991]",
    r#"[-1, 0.5, 1.5, 9007199254740992, "0"]"#,
);
const ANYTHING: Sample = (
    r#"[{}, { "": null, "a": [{}], "b": 1 }]"#,
    r#"[[], "x", 1]"#,
);
const TEXT_MAP: Sample = (
    r#"[{}, { "": "", "a": "x" }]"#,
    r#"[[], { "a": 1 }, { "a": { "source": "env", "provider": "a", "id": "A" } }]"#,
);
const SECRET: Sample = (
    r#"["", "x", { "source": "env", "provider": "a", "id": "A" }]"#,
    r#"[1, true, {}, ["x"]]"#,
);
const SECRET_MAP: Sample = (
    r#"[{}, { "": "", "a": "x\ny" }, { "a": { "source": "env", "provider": "a", "id": "A" } }]"#,
    r#"[[], { "a": 1 }, { "a": {} }, { "a": ["x"] }]"#,
);
const RUNTIME: Sample = (
    r#"[{}, { "id": "" }]"#,
    r#"["x", [], { "id": 1 }, { "name": "x" }]"#,
);
const API: Sample = (
    r#"["openai-completions", "openai-responses", "openai-codex-responses", "anthropic-messages",
        "google-generative-ai", "github-copilot", "bedrock-converse-stream", "ollama",
        "azure-openai-responses"]"#,
    r#"["openai", "openai-completion", "OpenAI-completions", "google-vertex", "", 1]"#,
);

const ROWS: &[(&str, Sample)] = &[
    (
        "/models/mode",
        (
            r#"["merge", "replace"]"#,
            r#"["overlay", "merge ", "Merge", "", 1]"#,
        ),
    ),
    ("/models/pricing/enabled", FLAG),
    ("P/baseUrl", TEXT),
    (
        "P/models",
        (
            "[[]]",
            r#"[{}, [{}], [{ "id": "a" }], [{ "name": "a" }], ["a"]]"#,
        ),
    ),
    ("P/apiKey", SECRET),
    (
        "P/auth",
        (
            r#"["api-key", "aws-sdk", "oauth", "token"]"#,
            r#"["api_key", "bearer", ""]"#,
        ),
    ),
    ("P/api", API),
    ("P/contextWindow", POSITIVE),
    ("P/contextTokens", INTEGER),
    ("P/maxTokens", POSITIVE),
    ("P/timeoutSeconds", INTEGER),
    ("P/injectNumCtxForOpenAICompat", FLAG),
    ("P/params", ANYTHING),
    ("P/agentRuntime", RUNTIME),
    ("P/headers", SECRET_MAP),
    ("P/authHeader", FLAG),
    (
        "P/localService",
        (r#"[{ "command": "x" }]"#, r#"[{}, { "args": [] }, "x"]"#),
    ),
    ("S/command", TEXT),
    ("S/args", TEXTS),
    ("S/cwd", TEXT),
    ("S/env", TEXT_MAP),
    ("S/healthUrl", TEXT),
    ("S/readyTimeoutMs", INTEGER),
    ("S/idleStopMs", FROM_ZERO),
    (
        "P/request",
        ("[{}]", r#"[[], "x", { "allowPrivateNetworks": true }]"#),
    ),
    ("P/request/headers", SECRET_MAP),
    (
        "P/request/auth",
        (
            r#"[{ "mode": "provider-default" },
                { "mode": "authorization-bearer", "token": "" },
                { "mode": "header", "headerName": "x", "value": "" },
                { "mode": "header", "headerName": "x", "value": "", "prefix": "" }]"#,
            r#"[{}, "provider-default", { "mode": "bearer", "token": "x" },
                { "mode": "provider-default", "token": "x" },
                { "mode": "authorization-bearer" },
                { "mode": "authorization-bearer", "token": 1 },
                { "mode": "authorization-bearer", "token": "x", "prefix": "x" },
                { "mode": "header", "headerName": "x" },
                { "mode": "header", "value": "x" },
                { "mode": "header", "headerName": "", "value": "x" }]"#,
        ),
    ),
    (
        "P/request/proxy",
        (
            r#"[{ "mode": "env-proxy" },
                { "mode": "env-proxy", "tls": {} },
                { "mode": "explicit-proxy", "url": "x", "tls": {} }]"#,
            r#"[{}, { "mode": "env" }, { "url": "x" },
                { "mode": "env-proxy", "url": "x" },
                { "mode": "explicit-proxy" },
                { "mode": "explicit-proxy", "url": "" },
                { "mode": "explicit-proxy", "url": "x", "tls": { "x": 1 } }]"#,
        ),
    ),
    (
        "P/request/tls",
        (
            r#"[{}, { "ca": "", "cert": "", "key": "", "passphrase": "", "serverName": "" }]"#,
            r#"[{ "ca": 1 }, { "insecureSkipVerify": "true" },
                { "serverName": { "source": "env", "provider": "a", "id": "A" } }]"#,
        ),
    ),
    ("P/request/allowPrivateNetwork", FLAG),
    ("M/id", TEXT),
    ("M/name", TEXT),
    ("M/api", API),
    ("M/baseUrl", TEXT),
    ("M/reasoning", FLAG),
    (
        "M/input",
        (
            r#"[[], ["text", "image", "video", "audio"], ["text", "text"]]"#,
            r#"["text", ["Text"], ["images"], [""], [null]]"#,
        ),
    ),
    ("M/contextWindow", POSITIVE),
    ("M/contextTokens", INTEGER),
    ("M/maxTokens", POSITIVE),
    ("M/params", ANYTHING),
    ("M/agentRuntime", RUNTIME),
    ("M/headers", TEXT_MAP),
    (
        "M/metadataSource",
        (r#"["models-add"]"#, r#"["models_add", "manual", ""]"#),
    ),
    ("M/cost/input", NUMBER),
    ("M/cost/output", NUMBER),
    ("M/cost/cacheRead", NUMBER),
    ("M/cost/cacheWrite", NUMBER),
    ("M/cost/tieredPricing", ("[[]]", r"[{}, [{}], [[]]]")),
    ("T/input", NUMBER),
    (
        "T/range",
        (
            "[[0], [9, 1], [0.5, 1e9]]",
            r#"[[], [1, 2, 3], [0, null], ["0"], 0]"#,
        ),
    ),
    ("C/supportsStore", FLAG),
    ("C/requiresOpenAiAnthropicToolPayload", FLAG),
    ("C/supportedReasoningEfforts", FILLED_TEXTS),
    ("C/unsupportedToolSchemaKeywords", FILLED_TEXTS),
    ("C/visibleReasoningDetailTypes", FILLED_TEXTS),
    ("C/toolSchemaProfile", ANY_TEXT),
    ("C/toolCallArgumentsEncoding", ANY_TEXT),
    (
        "C/maxTokensField",
        (
            r#"["max_completion_tokens", "max_tokens"]"#,
            r#"["maxTokens", "max-tokens", ""]"#,
        ),
    ),
    (
        "C/thinkingFormat",
        (
            r#"["openai", "openrouter", "deepseek", "together", "qwen", "qwen-chat-template", "zai"]"#,
            r#"["open-router", "z.ai", "Qwen", "anthropic", ""]"#,
        ),
    ),
    (
        "C/reasoningEffortMap",
        (
            r#"[{}, { "off": "none" }, { "x": "y" }]"#,
            r#"[[], { "": "x" }, { "x": "" }, { "x": null }, { "x": true }]"#,
        ),
    ),
];

#[test]
fn rows_of_the_inventory() {
    let judge = validator();
    let values = |list: &str| serde_json::from_str::<Vec<Value>>(list).expect("a JSON list");
    for (path, (good, bad)) in ROWS {
        for value in values(good) {
            let document = with(path, &value);
            assert!(judge.is_valid(&document), "{path} should take {value}");
            let read = serde_json::from_value::<Config>(document);
            assert!(read.is_ok(), "{path}: the types refuse {value}");
        }
        for value in values(bad) {
            let document = with(path, &value);
            assert!(!judge.is_valid(&document), "{path} should refuse {value}");
        }
    }
}

#[test]
fn keys_of_other_places_and_times_are_refused() {
    let foreign = "/models/bedrockDiscovery /models/copilotDiscovery /models/huggingfaceDiscovery
        /models/ollamaDiscovery /models/catalogRefresh P/allowPrivateNetwork P/region P/url M/apiKey
        M/request M/aliases M/enabled M/display_name M/allowPrivateNetwork C/openRouterRouting
        C/vercelGatewayRouting C/zaiToolStream C/cacheControlFormat C/sendSessionAffinityHeaders
        C/sendSessionIdHeader C/supportsLongCacheRetention C/supportsEagerToolInputStreaming";
    let judge = validator();
    for path in foreign.split_whitespace() {
        for value in [json!(true), json!({}), json!("x")] {
            assert!(!judge.is_valid(&with(path, &value)), "{path}");
        }
    }
}

#[test]
fn secret_references() {
    let long = |first: &str, rest: &str, n: usize| format!("{first}{}", rest.repeat(n));
    let (env_longest, env_longer) = (long("A", "9", 127), long("A", "9", 128));
    let (exec_longest, exec_longer) = (long("a", "b", 255), long("a", "b", 256));
    let rows = [
        (
            "env",
            vec!["A", "A_1", &env_longest],
            vec!["", "a", "_A", "1A", "A-", "A\n", &env_longer],
        ),
        (
            "file",
            vec![
                "value", "/", "//", "/a/b", "/~0~1", "/a\nb", "/\n", "/家", "/ ",
            ],
            vec![
                "", "values", "value\n", "a/b", "/~", "/~2", "/a~", "~0", "#/a",
            ],
        ),
        (
            "exec",
            vec![
                "a",
                "0",
                "a/b",
                "a//b",
                "a/.b/...",
                "a..b",
                "a:b",
                &exec_longest,
            ],
            vec![
                "",
                ".",
                "..",
                "a/.",
                "a/..",
                "a/../b",
                "a/./b",
                "/a",
                "-a",
                "a b",
                "a\n",
                &exec_longer,
            ],
        ),
        ("store", vec![], vec!["A", "a", "value"]),
    ];
    let judge = validator();
    let check = |secret: Value, expected: bool| {
        assert_eq!(
            judge.is_valid(&with("P/apiKey", &secret)),
            expected,
            "{secret}"
        );
    };
    for (source, good, bad) in rows {
        for id in good {
            check(
                json!({ "source": source, "provider": "default", "id": id }),
                true,
            );
        }
        for id in bad {
            check(
                json!({ "source": source, "provider": "default", "id": id }),
                false,
            );
        }
    }
    for source in ["env", "file", "exec"] {
        let id = if source == "env" { "A" } else { "value" };
        for provider in ["a", "a-_9", &long("a", "b", 63)] {
            check(
                json!({ "source": source, "provider": provider, "id": id }),
                true,
            );
        }
        for provider in ["", "A", "1", "_a", "a.b", "a\n", &long("a", "b", 64)] {
            check(
                json!({ "source": source, "provider": provider, "id": id }),
                false,
            );
        }
        check(json!({ "source": source, "provider": "a" }), false);
        check(json!({ "source": source, "id": id }), false);
        check(
            json!({ "source": source, "provider": "a", "id": id, "x": 1 }),
            false,
        );
        check(json!({ "source": source, "provider": "a", "id": 1 }), false);
    }
}

#[test]
fn provider_ids() {
    let judge = validator();
    let document = |id: &str, entry: &Value| json!({ "models": { "providers": { id: entry } } });
    let entry = json!({ "baseUrl": "x", "models": [] });
    for id in [
        "",
        " ",
        "a.b",
        "...",
        ".a",
        "A",
        "42",
        "家の箱",
        "${ID}",
        "a\nb",
        "constructor",
    ] {
        assert!(judge.is_valid(&document(id, &entry)), "{id:?}");
        assert!(!judge.is_valid(&document(id, &json!({}))), "{id:?}");
    }
    for id in [".", "..", "a/b", "/", "a\\b", "a:b", ":", "a\n/b"] {
        assert!(!judge.is_valid(&document(id, &entry)), "{id:?}");
    }
    for anything in [json!(null), json!(1), json!({ "x": 1 }), entry] {
        let document = document("__proto__", &anything);
        assert!(judge.is_valid(&document), "{document}");
        let read = serde_json::from_value::<Config>(document)
            .ok()
            .and_then(|c| c.models?.providers);
        assert_eq!(
            read.map(|providers| providers.len()),
            Some(0),
            "it vanishes"
        );
    }
}

/// Looks up a keyword at the use place, else at the referenced definition.
fn keyword<'s>(schema: &'s Value, root: &'s Value, name: &str) -> Option<&'s Value> {
    schema.get(name).or_else(|| target(schema, root)?.get(name))
}

fn target<'s>(schema: &'s Value, root: &'s Value) -> Option<&'s Value> {
    root.pointer(schema.get("$ref")?.as_str()?.strip_prefix('#')?)
}

type Visit<'a> = &'a mut dyn FnMut(&str, &Value, bool);

/// Visits properties, map values, list items and union branches; the flag tells the branches.
fn walk(path: &str, schema: &Value, root: &Value, is_branch: bool, visit: Visit) {
    if schema.is_boolean() {
        return;
    }
    visit(path, schema, is_branch);
    for place in [Some(schema), target(schema, root)].into_iter().flatten() {
        for (key, property) in place["properties"].as_object().into_iter().flatten() {
            walk(&format!("{path}.{key}"), property, root, false, visit);
        }
        for name in ["additionalProperties", "items"] {
            if let Some(inner) = place.get(name) {
                walk(&format!("{path}.*"), inner, root, false, visit);
            }
        }
        for name in ["anyOf", "oneOf"] {
            for branch in place[name].as_array().into_iter().flatten() {
                walk(path, branch, root, true, visit);
            }
        }
    }
}

#[test]
fn every_path_has_help_and_a_label() {
    let root = schema();
    let mut paths = BTreeSet::new();
    walk(
        "models",
        &root["properties"]["models"],
        &root,
        false,
        &mut |path, schema, is_branch| {
            paths.insert(path.to_owned());
            let help = keyword(schema, &root, "description")
                .and_then(Value::as_str)
                .unwrap_or_default();
            assert!(help.ends_with('.'), "{path}: {help:?}");
            assert!(
                !help.contains('\n') && !help.contains("  "),
                "{path}: {help:?}"
            );
            assert!(
                !help.starts_with(' ') && help.len() < 300,
                "{path}: {} {help:?}",
                help.len()
            );
            let label = keyword(schema, &root, "x-label").and_then(Value::as_str);
            assert!(
                is_branch || label.is_some_and(|l| !l.is_empty() && l.len() < 40),
                "{path}: {label:?}"
            );
        },
    );
    assert_eq!(paths.len(), 158, "the page counts 158 paths in 2026.5.18");
}

#[test]
fn secrets_are_marked_and_nothing_else_is() {
    let root = schema();
    let mut found: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    walk(
        "models",
        &root["properties"]["models"],
        &root,
        false,
        &mut |path, schema, _| {
            let short = path.strip_prefix("models.providers.*.").unwrap_or(path);
            for name in ["x-sensitive", "writeOnly", "x-secret-in-url"] {
                if schema.get(name).is_some() {
                    assert_eq!(schema[name], true);
                    found.entry(name).or_default().insert(short.to_owned());
                }
            }
        },
    );
    let mut secrets: BTreeSet<String> = [
        "apiKey",
        "headers.*",
        "localService.env.*",
        "request.headers.*",
        "request.auth.token",
        "request.auth.value",
    ]
    .map(String::from)
    .into();
    for tls in ["request.tls", "request.proxy.tls"] {
        secrets.extend(["ca", "cert", "key", "passphrase"].map(|key| format!("{tls}.{key}")));
    }
    assert_eq!(secrets.len(), 14);
    assert_eq!(found["x-sensitive"], secrets);
    assert_eq!(found["writeOnly"], secrets);
    let urls = ["baseUrl", "models.*.baseUrl", "request.proxy.url"]
        .map(String::from)
        .into();
    assert_eq!(found["x-secret-in-url"], urls);
}

#[test]
fn defaults_are_those_of_the_page() {
    let root = schema();
    let mut found = BTreeMap::new();
    walk(
        "models",
        &root["properties"]["models"],
        &root,
        false,
        &mut |path, schema, _| {
            if let Some(default) = schema.get("default") {
                found.insert(
                    path.replace("models.providers.*.", "")
                        .replace("models.*.", "M."),
                    default.clone(),
                );
            }
        },
    );
    let expected = json!({
        "models.mode": "merge", "api": "openai-completions", "localService.readyTimeoutMs": 120_000,
        "localService.idleStopMs": 0, "M.reasoning": false, "M.input": ["text"], "M.cost.input": 0,
        "M.cost.output": 0, "M.cost.cacheRead": 0, "M.cost.cacheWrite": 0, "M.contextWindow": 200_000,
        "M.maxTokens": 8192,
    });
    assert_eq!(json!(found), expected);
}

/// Calls `check` with each object inside the schema.
fn each_object(value: &Value, check: &mut dyn FnMut(&serde_json::Map<String, Value>)) {
    if let Value::Object(object) = value {
        check(object);
        object.values().for_each(|inner| each_object(inner, check));
    }
    value
        .as_array()
        .into_iter()
        .flatten()
        .for_each(|inner| each_object(inner, check));
}

#[test]
fn nothing_of_rust_shows_through() {
    let schema = schema();
    each_object(&schema, &mut |object| {
        assert!(
            !object.contains_key("format") || object.contains_key("$ref"),
            "{object:?}"
        );
        assert!(
            !object.get("default").is_some_and(Value::is_null),
            "{object:?}"
        );
        assert_ne!(object.get("type"), Some(&json!("null")));
        assert!(
            !object.get("type").is_some_and(Value::is_array),
            "{object:?}"
        );
        if let Some(Value::Array(choices)) = object.get("enum")
            && object.contains_key("description")
        {
            let texts = object["enumDescriptions"].as_array().map(Vec::len);
            assert_eq!(texts, Some(choices.len()), "{object:?}");
        }
    });
    assert!(!render(&schema).contains("Map_of"));
}

#[test]
fn patterns_run_on_a_simple_engine() {
    let mut seen = 0;
    each_object(&schema(), &mut |object| {
        if let Some(Value::String(pattern)) = object.get("pattern") {
            assert!(regex_lite::Regex::new(pattern).is_ok(), "{pattern}");
            seen += 1;
        }
    });
    assert_eq!(seen, 9);
}

#[test]
fn rendering_sorts_keys_and_keeps_the_content() {
    let schema = schema();
    let text = render(&schema);
    assert_eq!(
        serde_json::from_str::<Value>(&text).ok().as_ref(),
        Some(&schema)
    );
    assert_eq!(
        text,
        render(&serde_json::from_str(&text).expect("it is JSON"))
    );
    let odd = json!({ "\u{10000}": [], "\u{ffff}": [[], {}], "a\"\n": { "é": 1.5, "z": null } });
    let expected = "{\n  \"a\\\"\\n\": {\n    \"z\": null,\n    \"é\": 1.5\n  },\n  \"\u{ffff}\": [\n    [],\n    {}\n  ],\n  \"\u{10000}\": []\n}\n";
    assert_eq!(render(&odd), expected);
}

#[test]
fn the_corpus_gets_its_measured_verdicts() {
    let index = std::fs::read_to_string(format!("{CORPUS}/index.json")).expect("an index");
    let index: Value = serde_json::from_str(&index).expect("the index is JSON");
    let judge = validator();
    let mut judged = 0;
    for record in index["files"].as_array().expect("records") {
        let name = record["file"].as_str().expect("a name");
        let text = std::fs::read_to_string(format!("{CORPUS}/{name}")).expect("a file");
        let Ok(mut document) = json5::from_str::<Value>(&text) else {
            assert_eq!(record["parses"], false, "{name}");
            continue;
        };
        judged += 1;
        // Upstream's schema takes the id `rack/one`, its loader then fails; ours refuses it at once.
        if name.starts_with("27-") {
            assert!(!judge.is_valid(&document), "{name}");
            let providers = document["models"]["providers"]
                .as_object_mut()
                .expect("providers");
            assert!(providers.remove("rack/one").is_some());
        }
        let expected = record["upstream"]["2026.5.18"]["models_accept"] == true;
        let errors: Vec<_> = judge
            .iter_errors(&document)
            .map(|e| e.masked().to_string())
            .collect();
        assert_eq!(errors.is_empty(), expected, "{name}: {errors:?}");
        if expected {
            let read = serde_json::from_value::<Models>(document["models"].take());
            assert!(read.is_ok(), "{name}: {:?}", read.err());
        }
    }
    assert_eq!(judged, 35);
}
