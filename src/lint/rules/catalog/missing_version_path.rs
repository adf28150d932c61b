#![doc = include_str!("missing_version_path.md")]

use super::ollama_through_openai::OLLAMA_PORT;
use crate::contract::release;
use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::lint::Context;
use crate::lint::base::Base;
use crate::lint::route::{OPENAI, Route, without_ending};
use crate::lint::rules::Rule;
use crate::trust::{Host, Origin};

pub(in crate::lint::rules) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "missing-version-path",
        group: "catalog",
        severity: Severity::Warning,
        fix: FixKind::Unsafe,
        summary: "a base URL without the version path that its protocol wants, or with one too many",
        explain: include_str!("missing_version_path.md"),
    },
    check,
};

/// Where most servers take OpenAI requests.
const VERSION: &str = "/v1";

/// Where clouds take OpenAI requests, by what their host ends in (`baseUrl` in the plugin manifests and
/// provider code of OpenClaw 2026.5.18; Azure's and Google's own pages). Nothing: at the bare host.
const CLOUDS: [(&str, &str); 26] = [
    ("api.deepseek.com", ""),
    (".githubcopilot.com", ""),
    ("api.perplexity.ai", ""),
    (".openai.azure.com", "/openai/v1"),
    (".services.ai.azure.com", "/openai/v1"),
    ("generativelanguage.googleapis.com", "/v1beta/openai"),
    ("api.groq.com", "/openai/v1"),
    ("openrouter.ai", "/api/v1"),
    ("api.venice.ai", "/api/v1"),
    ("api.arcee.ai", "/api/v1"),
    ("api.kilo.ai", "/api/gateway"),
    ("api.fireworks.ai", "/inference/v1"),
    ("api.deepinfra.com", "/v1/openai"),
    ("api.z.ai", "/api/paas/v4"),
    ("open.bigmodel.cn", "/api/paas/v4"),
    ("dashscope.aliyuncs.com", "/compatible-mode/v1"),
    ("dashscope-intl.aliyuncs.com", "/compatible-mode/v1"),
    ("ark.cn-beijing.volces.com", "/api/v3"),
    ("ark.ap-southeast.bytepluses.com", "/api/v3"),
    ("qianfan.baidubce.com", "/v2"),
    ("opencode.ai", "/zen/v1"),
    ("api.openai.com", VERSION),
    ("api.mistral.ai", VERSION),
    ("api.x.ai", VERSION),
    ("api.cerebras.ai", VERSION),
    ("api.moonshot.ai", VERSION),
];

/// Ports of servers that answer with and without `/v1`: LiteLLM, whose base OpenClaw 2026.5.18 itself
/// writes without; llama.cpp, LocalAI and mlx_lm (backends page).
const PORTS_WITHOUT_VERSION: [u16; 2] = [4000, 8080];

/// The same servers, by parts of ids that people give them.
const IDS_WITHOUT_VERSION: [&str; 6] = [
    "litellm",
    "llamacpp",
    "llamaserver",
    "localai",
    "mlx",
    "llamaswap",
];

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for base in context.bases() {
        let Some(route) = base.route() else { continue };
        if route.path().is_empty() {
            findings.extend(missing(base, &route));
        } else if without_ending(route.path(), VERSION).is_some() {
            findings.extend(superfluous(base, &route));
        }
    }
}

/// A bare host that is asked with OpenAI's protocols.
fn missing(base: &Base<'_>, route: &Route<'_>) -> Option<Finding> {
    let origin = base.origin.as_ref()?;
    let path = version_path(origin).filter(|path| !path.is_empty())?;
    if base.names_no_server() || base.is_lm_studio() || answers_without(base, origin) {
        return None;
    }
    if !base.is_asked_with(|api| OPENAI.contains(&api)) {
        return None;
    }
    let shown = base.shown_origin();
    let message = format!("{shown} has no path; OpenAI's protocol usually lives under `{path}`");
    if origin.port == OLLAMA_PORT {
        let help = "OpenClaw asks for `/chat/completions`, which Ollama does not know. Best write `api: \"ollama\"`, \
                    which wants the address as it is; or append `/v1`.";
        return Some(base.finding(&RULE.info, message, help));
    }
    let help = format!(
        "OpenClaw appends `/chat/completions` or `/responses` to this address as it stands, and most servers know no \
         such path. Append `{path}`, unless the server takes requests without."
    );
    let title = format!("append `{path}`");
    let fix = base.rewritten(route.path_place(), path, title, false);
    Some(base.finding(&RULE.info, message, help).with_fix(fix))
}

/// Where a host takes OpenAI requests.
fn version_path(origin: &Origin) -> Option<&'static str> {
    let Host::Name(name) = &origin.host else {
        return Some(VERSION);
    };
    let is_host = |known: &str| match known.strip_prefix('.') {
        Some(_) => name.ends_with(known),
        None => name == known,
    };
    let cloud = CLOUDS.iter().find(|(known, _)| is_host(known));
    Some(cloud.map_or(VERSION, |(_, path)| path))
}

/// Whether the server most likely answers without a version as well.
fn answers_without(base: &Base<'_>, origin: &Origin) -> bool {
    let id = base
        .provider
        .id
        .to_lowercase()
        .replace(['-', '_', '.', ' '], "");
    let by_id = IDS_WITHOUT_VERSION.iter().any(|part| id.contains(part));
    by_id || (base.is_private() && PORTS_WITHOUT_VERSION.contains(&origin.port))
}

/// A version path that OpenClaw adds itself, or has no use for.
fn superfluous(base: &Base<'_>, route: &Route<'_>) -> Option<Finding> {
    let kept = without_ending(route.path(), VERSION)?;
    let is_lower = route.path().ends_with(VERSION);
    let target = release::TARGET;
    let (message, help, works) = if base.is_asked_with(|api| api == "anthropic-messages") {
        let message =
            "`anthropic-messages` adds `/v1/messages` itself, and this address ends in `/v1`";
        let help = if is_lower {
            format!(
                "OpenClaw {target} sees this and does not double it; other clients of Anthropic's protocol do. The \
                 usual form is without."
            )
        } else {
            "OpenClaw takes only a `/v1` in lower case off, so requests go to `/V1/v1/messages`. Write the address \
             without."
                .to_owned()
        };
        (message, help, is_lower)
    } else if base.is_asked_with(|api| api == "ollama") {
        let message = "`api: \"ollama\"` speaks Ollama's own protocol, and `/v1` is not part of it";
        let help = format!(
            "OpenClaw {target} takes the `/v1` off and asks for `/api/chat`; the address says OpenAI's protocol to \
             people. Write it without."
        );
        (message, help, true)
    } else {
        return None;
    };
    let place = route.path_from(kept.trim_end_matches('/').len());
    let fix = base.rewritten(place, "", "remove `/v1`", false);
    let mut finding = base
        .finding(&RULE.info, message.to_owned(), help)
        .with_fix(fix);
    if works {
        finding.severity = Severity::Info;
    }
    Some(finding)
}
